package verify

import (
	"strings"
	"testing"

	"github.com/thvctl/thvctl/secret"
)

func ofSize(size int) string { return strings.Repeat("k3Y!", 16)[:size] }

func TestHMAC(t *testing.T) {
	const verbatim = "ToolHive takes every byte for a part of the key, so write the key alone, as printf does and echo does not"
	binary := "\x8f\x01\xfe" + ofSize(29)
	examples := []struct{ name, key, want string }{
		{"24", ofSize(24), ""},
		{"64", ofSize(64), ""},
		{"8", ofSize(8), "W found an HMAC key of 8 bytes; at least 24 are wanted"},
		{"23", ofSize(23), "W found an HMAC key of 23 bytes; at least 24 are wanted"},
		{"1", "k", "W found an HMAC key of 1 byte; at least 24 are wanted"},
		{"8 and a line break", ofSize(8) + "\n", "W found an HMAC key of 9 bytes that ends in a line break; at least 24 are wanted, and " + verbatim},
		{"23 and a line break", ofSize(23) + "\n", "W found an HMAC key of 24 bytes that ends in a line break; " + verbatim},
		{"24 and a line break", ofSize(24) + "\n", "W found an HMAC key of 25 bytes that ends in a line break; " + verbatim},
		{"64 and a line break", ofSize(64) + "\n", "W found an HMAC key of 65 bytes that ends in a line break; " + verbatim},
		{"line break of Windows", ofSize(24) + "\r\n", "W found an HMAC key of 26 bytes that ends in a line break; " + verbatim},
		{"line break of old", ofSize(24) + "\r", "W found an HMAC key of 25 bytes that ends in a line break; " + verbatim},
		{"space after", ofSize(24) + " ", "W found an HMAC key of 25 bytes that ends in white space; " + verbatim},
		{"form feed after", ofSize(24) + "\f", "W found an HMAC key of 25 bytes that ends in white space; " + verbatim},
		{"no-break space after", ofSize(24) + "\u00a0", "W found an HMAC key of 26 bytes that ends in white space; " + verbatim},
		{"tab before", "\t" + ofSize(24), "W found an HMAC key of 25 bytes that begins with white space; " + verbatim},
		{"line breaks around", "\n" + ofSize(24) + "\n", "W found an HMAC key of 26 bytes that begins with white space and ends in a line break; " + verbatim},
		{"byte order mark", byteOrderMark + ofSize(24), "W found an HMAC key of 27 bytes that begins with a byte order mark; " + verbatim},
		{"white space inside", ofSize(12) + " \n" + ofSize(12), ""},
		{"random bytes", binary, ""},
		{"random bytes with blanks around", "\t" + binary + " ", ""},
		{"random bytes and a line break", binary + "\n", "W found an HMAC key of 33 bytes that ends in a line break; " + verbatim},
		{"empty", "", "E the HMAC key is empty; at least 24 random bytes are wanted"},
		{"a line break", "\n", "E the HMAC key is 1 byte of white space; at least 24 random bytes are wanted"},
		{"white space", strings.Repeat(" \t\u00a0", 24), "E the HMAC key is 96 bytes of white space; at least 24 random bytes are wanted"},
	}
	var table []example
	for _, e := range examples {
		var want []string
		if e.want != "" {
			want = []string{e.want}
		}
		table = append(table, example{e.name, []byte(e.key), want})
	}
	run(t, secret.HMAC, table)
}
