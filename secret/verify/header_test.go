package verify

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/thvctl/thvctl/secret"
)

func TestHeader(t *testing.T) {
	const (
		lineBreak = "E the value of the header ends in a line break, and Go sends no request with one; write the value alone, as printf does and echo does not"
		wide      = "E the value of the header is text in UTF-16, and Go sends no request with its zero bytes; ASCII or UTF-8 is wanted"
		visible   = "; at least one visible character is wanted"
	)
	lines := func(n string) string {
		return "E the value of the header has " + n + " lines, and Go sends no request with a line break in it; one line is wanted"
	}
	control := func(n string) string {
		return "E found " + n + " in the value of the header, and Go sends no request with one; visible characters, spaces and tabs are wanted"
	}
	var little, big []byte
	for _, unit := range utf16.Encode([]rune("\ufeffBearer " + canary + "\r\n")) {
		little = append(little, byte(unit), byte(unit>>8))
		big = append(big, byte(unit>>8), byte(unit))
	}
	var table []example
	for _, e := range []struct {
		name, value string
		want        []string
	}{
		{"a token", "Bearer " + canary, nil},
		{"one character", "1", nil},
		{"spaces around", " " + canary + " ", nil},
		{"a tab inside", "a\tb", nil},
		{"UTF-8", "Schlüssel", nil},
		{"Latin 1", "Schl\xfcssel", nil},
		{"what begins UTF-16", "\xff\xfe" + canary, nil},
		{"a control character of Latin 1", canary + "\x85", nil},
		{"empty", "", []string{"E the value of the header is empty" + visible}},
		{"a line break alone", "\n", []string{"E the value of the header is 1 byte of white space" + visible}},
		{"white space", " \t\r\n", []string{"E the value of the header is 4 bytes of white space" + visible}},
		{"echo", canary + "\n", []string{lineBreak}},
		{"echo of Windows", canary + "\r\n", []string{lineBreak}},
		{"a carriage return", canary + "\r", []string{lineBreak}},
		{"two line breaks", canary + "\n\n", []string{lineBreak}},
		{"a line break before", "\n" + canary, []string{lines("2")}},
		{"two lines", canary + "\n" + canary, []string{lines("2")}},
		{"three lines of Windows", canary + "\r\n" + canary + "\r\n" + canary + "\r\n", []string{lines("3")}},
		{"a carriage return inside", canary + "\r" + canary, []string{lines("2")}},
		{"a header of its own", canary + "\r\nX-Other: " + canary, []string{lines("2")}},
		{"NUL", canary + "\x00", []string{control("1 control character")}},
		{"DEL", canary + "\x7f", []string{control("1 control character")}},
		{"an escape sequence", "\x1b[31m" + canary + "\x1b[0m", []string{control("2 control characters")}},
		{"a form feed", canary + "\f" + canary, []string{control("1 control character")}},
		{"both", "\x1b" + canary + "\n", []string{lineBreak, control("1 control character")}},
		{"UTF-16", string(little), []string{wide}},
		{"UTF-16, big end first", string(big), []string{wide}},
	} {
		table = append(table, example{e.name, []byte(e.value), e.want})
	}
	run(t, secret.Header, table)
}

// errDialed says that net/http took a request, and began to send it.
var errDialed = errors.New("dialed")

// sends reports whether net/http sends a request with a header of this value.
func sends(t *testing.T, value string) bool {
	t.Helper()
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, errDialed }}
	request := must[*http.Request](t)(http.NewRequest(http.MethodGet, "http://localhost/", nil))
	request.Header.Set("X-Api-Key", value)
	response, err := transport.RoundTrip(request)
	if err == nil {
		response.Body.Close()
	}
	if dialed := errors.Is(err, errDialed); dialed || strings.Contains(err.Error(), "invalid header field value") {
		return dialed
	}
	t.Fatal(err)
	return false
}

// TestHeaderAgreement asks net/http about every byte, at each place of a value.
func TestHeaderAgreement(t *testing.T) {
	for b := range 256 {
		for _, format := range []string{"?x", "x?", "x?x"} {
			value := strings.Replace(format, "?", string([]byte{byte(b)}), 1)
			if found := judge(secret.Header, []byte(value)); (found == nil) != sends(t, value) {
				t.Errorf("net/http sends %q: %v; found %v", value, found != nil, found)
			}
		}
	}
}
