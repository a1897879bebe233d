package verify

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// minHMAC is the size of a key, in bytes, below which rule THV4009 warns.
const minHMAC = 24

// byteOrderMark is U+FEFF, which some editors write at the start of a text.
const byteOrderMark = "\ufeff"

// judgeHMAC finds at most one fault. Sizes are those of the value as it is, because
// ToolHive takes every byte of it into the signature.
func (f *faults) judgeHMAC(data []byte) {
	if isBlank(data) {
		f.add(true, "%s; at least %d random bytes are wanted", emptiness("the HMAC key", data), minHMAC)
		return
	}
	if bytes.Contains(data, []byte(pemBegin)) {
		f.add(false, "found PEM where an HMAC key belongs; at least %d random bytes are wanted", minHMAC)
		return
	}
	found := fmt.Sprintf("found an HMAC key of %s", quantity(len(data), "byte"))
	edges := blankEdges(data)
	if edges != "" {
		found += " that " + edges
	}
	const verbatim = "ToolHive takes every byte for a part of the key, so write the key alone, as printf does and echo does not"
	short := len(data) < minHMAC
	switch {
	case short && edges != "":
		f.add(false, "%s; at least %d are wanted, and %s", found, minHMAC, verbatim)
	case short:
		f.add(false, "%s; at least %d are wanted", found, minHMAC)
	case edges != "":
		f.add(false, "%s; %s", found, verbatim)
	}
}

// blankEdges says what stands around a key that hardly belongs to it. A key of random
// bytes may well begin or end with a blank, so there it looks for a line break alone.
func blankEdges(data []byte) string {
	var edges []string
	first, _ := utf8.DecodeRune(data)
	last, _ := utf8.DecodeLastRune(data)
	switch {
	case bytes.HasPrefix(data, []byte(byteOrderMark)):
		edges = append(edges, "begins with a byte order mark")
	case isText(data) && unicode.IsSpace(first):
		edges = append(edges, "begins with white space")
	}
	switch {
	case last == '\n' || last == '\r':
		edges = append(edges, "ends in a line break")
	case isText(data) && unicode.IsSpace(last):
		edges = append(edges, "ends in white space")
	}
	return enumerate(edges)
}

func isText(data []byte) bool {
	return utf8.Valid(data) && !bytes.ContainsFunc(data, func(r rune) bool {
		return unicode.IsControl(r) && !unicode.IsSpace(r)
	})
}

// isUTF16 reports whether a value begins as texts in UTF-16 do, which some shells of
// Windows write.
func isUTF16(data []byte) bool {
	return bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff"))
}

// isBlank reports whether a value holds nothing at all, or nothing that one can see.
func isBlank(data []byte) bool {
	return !bytes.ContainsFunc(data, func(r rune) bool {
		return !unicode.IsSpace(r) && r != '\ufeff'
	})
}

// emptiness says in which way a value is blank.
func emptiness(subject string, data []byte) string {
	if len(data) == 0 {
		return subject + " is empty"
	}
	return fmt.Sprintf("%s is %s of white space", subject, quantity(len(data), "byte"))
}
