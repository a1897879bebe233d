package verify

import "bytes"

// judgeHeader finds what keeps the value of a header from being sent. Go refuses a whole
// request for one control character other than a tab (net/http, Transport.RoundTrip).
// ToolHive v0.62 hands the value on as it is, and takes an empty one for a secret that
// is not there (pkg/secrets/environment.go).
func (f *faults) judgeHeader(data []byte) {
	if isBlank(data) {
		f.add(true, "%s; at least one visible character is wanted", emptiness("the value of the header", data))
		return
	}
	lines, others := controls(bytes.TrimRight(data, "\r\n"))
	if isUTF16(data) && bytes.IndexByte(data, 0) >= 0 {
		f.add(true, "the value of the header is text in UTF-16, and Go sends no request with its zero bytes; ASCII or UTF-8 is wanted")
		return
	}
	last := data[len(data)-1]
	switch {
	case lines > 1:
		f.add(true, "the value of the header has %d lines, and Go sends no request with a line break in it; one line is wanted", lines)
	case last == '\n' || last == '\r':
		f.add(true, "the value of the header ends in a line break, and Go sends no request with one; write the value alone, as printf does and echo does not")
	}
	if others > 0 {
		f.add(true, "found %s in the value of the header, and Go sends no request with one; visible characters, spaces and tabs are wanted", quantity(others, "control character"))
	}
}

// controls counts the lines of a value, and the control characters other than tabs that
// break none.
func controls(data []byte) (lines, others int) {
	lines = 1 - bytes.Count(data, []byte("\r\n"))
	for _, b := range data {
		switch {
		case b == '\n' || b == '\r':
			lines++
		case b < ' ' && b != '\t' || b == '\x7f':
			others++
		}
	}
	return lines, others
}
