package rule

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

// target is the host of a webhook's URL.
type target struct {
	// written is the host as it stands in the URL, without brackets.
	written string
	// name is the host as it is looked up: lower case, ASCII where it stands for
	// that, without a dot at its end.
	name string
	// address is the address that the host spells, invalid for one that is a name.
	address netip.Addr
}

// show spells the host for a message: the address, and how it is written where
// that is not the same.
func (t target) show() string {
	what := t.name
	if t.address.IsValid() {
		what = t.address.String()
	}
	if what != t.written {
		what += " (written " + quote(t.written) + ")"
	}
	return what
}

// targets calls visit for the host of every webhook's URL.
func targets(d *model.Document, visit func(w model.Webhook, t target)) {
	webhooks(d, func(_ model.List, w model.Webhook) {
		if t, ok := targetOf(w.URL.V); ok && w.URL.Set {
			visit(w, t)
		}
	})
}

// targetOf returns the host of a URL; ok is false where it has none.
func targetOf(address string) (t target, ok bool) {
	if host, plain := plainHost(address); plain {
		return target{written: host, name: host}, true
	}
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" {
		return target{}, false // THV2005
	}
	t.written = parsed.Hostname()
	t.name = asciiHost(t.written)
	t.address = parseAddress(t.name)
	return t, true
}

// plainHost returns the host of an https URL that is surely a name in the spelling in
// which it is looked up: small letters, digits, "-" and ".", with a letter that is in no
// number.
func plainHost(address string) (host string, ok bool) {
	rest, https := strings.CutPrefix(address, "https://")
	end := strings.IndexByte(rest, '/')
	if !https || end < 1 {
		return "", false
	}
	if colon := strings.IndexByte(rest[:end], ':'); colon > 0 && isPort(rest[colon+1:end]) {
		end = colon
	}
	named := false
	for i := range end {
		b := rest[i]
		if (b < 'a' || b > 'z') && (b < '0' || b > '9') && b != '-' && b != '.' {
			return "", false
		}
		named = named || b > 'f' && b != 'x'
	}
	return rest[:end], named && rest[end-1] != '.' && strings.IndexByte(rest, '%') < 0
}

// isPort reports whether a text is one of up to four digits.
func isPort(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return len(text) > 0 && len(text) <= 4
}

// hostPlace returns the place of the host in a URL, with its brackets.
func hostPlace(d *model.Document, address model.Value[string]) diag.Span {
	start := strings.Index(address.V, "://") + len("://")
	length := strings.IndexAny(address.V[start:], "/?#")
	if length < 0 {
		length = len(address.V) - start
	}
	authority := address.V[start : start+length]
	user := strings.LastIndexByte(authority, '@') + 1
	host := authority[user:]
	if end := strings.LastIndexByte(host, ':'); end > strings.LastIndexByte(host, ']') {
		host = host[:end]
	}
	return part(d, address, start+user, start+user+len(host))
}

// parseAddress returns the IP address that a host spells, in any way that some
// resolver takes; the invalid address for a name. An IPv4 address inside an IPv6
// one is returned as itself, because that is who gets the request.
func parseAddress(host string) netip.Addr {
	if !strings.Contains(host, ":") {
		return parseIPv4(host)
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return embedded(address.WithZone(""))
}

// parseIPv4 reads an address as inet_aton does: one to four numbers in decimal,
// octal or hexadecimal, the last of which fills what is left. A number with a
// leading zero that cannot be octal is read as decimal.
func parseIPv4(host string) netip.Addr {
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return netip.Addr{}
	}
	var value uint64
	for i, p := range parts {
		number, ok := parseNumber(p)
		last := i == len(parts)-1
		room := uint(8)
		if last {
			room = uint(8 * (5 - len(parts)))
		}
		if !ok || number >= 1<<room {
			return netip.Addr{}
		}
		value = value<<room | number
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)})
}

func parseNumber(text string) (number uint64, ok bool) {
	if text == "" || strings.Trim(text, "0123456789abcdefx") != "" {
		return 0, false
	}
	digits, base := text, 10
	if hex, found := strings.CutPrefix(text, "0x"); found {
		if hex == "" {
			return 0, true // as browsers take it
		}
		digits, base = hex, 16
	} else if text[0] == '0' && strings.Trim(text, "01234567") == "" {
		base = 8
	}
	number, err := strconv.ParseUint(digits, base, 64)
	return number, err == nil
}

// carriers are the prefixes of IPv6 addresses that hold an IPv4 address, and the
// byte at which it begins.
var carriers = []struct {
	prefix netip.Prefix
	at     int
}{
	{netip.MustParsePrefix("::ffff:0:0/96"), 12},   // IPv4-mapped, RFC 4291
	{netip.MustParsePrefix("::/96"), 12},           // IPv4-compatible, RFC 4291
	{netip.MustParsePrefix("::ffff:0:0:0/96"), 12}, // IPv4-translated, RFC 2765
	{netip.MustParsePrefix("64:ff9b::/96"), 12},    // NAT64, RFC 6052
	{netip.MustParsePrefix("64:ff9b:1::/96"), 12},  // NAT64 of one network, RFC 8215
	{netip.MustParsePrefix("2002::/16"), 2},        // 6to4, RFC 3056
}

// embedded returns the IPv4 address that an IPv6 address holds, or the address
// itself.
func embedded(address netip.Addr) netip.Addr {
	if address.IsUnspecified() || address.IsLoopback() {
		return address
	}
	bytes := address.As16()
	for _, c := range carriers {
		if c.prefix.Contains(address) {
			return netip.AddrFrom4([4]byte(bytes[c.at : c.at+4]))
		}
	}
	return address
}
