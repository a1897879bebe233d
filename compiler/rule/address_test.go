package rule

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

func TestParseAddress(t *testing.T) {
	const none = "invalid IP"
	for host, want := range map[string]string{
		"169.254.169.254": "169.254.169.254", "2852039166": "169.254.169.254", "0xa9fea9fe": "169.254.169.254",
		"0XA9FEA9FE": "169.254.169.254", "0251.0376.0251.0376": "169.254.169.254", "169.254.43518": "169.254.169.254",
		"169.16689662": "169.254.169.254", "169.254.169.254.": "169.254.169.254",
		"127.1": "127.0.0.1", "0": "0.0.0.0", "0x": "0.0.0.0", "00": "0.0.0.0", "4294967295": "255.255.255.255",
		"010.0.0.1": "8.0.0.1", "0169.254.169.254": "169.254.169.254", "08": "0.0.0.8",
		"4294967296": none, "256.0.0.1": none, "1.2.3.256": none, "1.2.65536": none, "1.16777216": none, "1.2.3.4.5": none,
		"": none, ".": none, "1..2": none, ".1": none, "1.2.3.4..": none, "0xg": none, "a": none, "0b1": none, "1e3": none, "-1": none, "+1": none,
		"99999999999999999999": none, "0xfffffffffffffffff": none, "169.254.169.254.example.com": none, "example.com": none,
		"fe80::1": "fe80::1", "fe80::1%eth0": "fe80::1", "FD00:EC2::254": "fd00:ec2::254", "::": "::", "::1": "::1", "1::2::3": none,
		"::ffff:169.254.169.254": "169.254.169.254", "::ffff:a9fe:a9fe": "169.254.169.254", "::169.254.169.254": "169.254.169.254",
		"::ffff:0:a9fe:a9fe": "169.254.169.254", "64:ff9b::a9fe:a9fe": "169.254.169.254", "64:ff9b:1::a9fe:a9fe": "169.254.169.254",
		"2002:a9fe:a9fe:1::2": "169.254.169.254", "::ffff:0.0.0.0": "0.0.0.0", "2001:db8::a9fe:a9fe": "2001:db8::a9fe:a9fe",
		"１６９。２５４．169｡254": "169.254.169.254", "①⑥⑨.㉕⁴.169.254": "169.254.169.254", "0ⓧⓐ9.254.169.254": "169.254.169.254",
		"169\u00ad.254.\u2060169.254": "169.254.169.254", "١٦٩.254.169.254": none,
	} {
		if got := parseAddress(asciiHost(host)).String(); got != want {
			t.Errorf("%q: %s, want %s", host, got, want)
		}
	}
}

// verdicts are what the two rules on addresses say of a URL.
func verdicts(t *testing.T, address string) [2]string {
	t.Helper()
	found, ok := targetOf(address)
	if !ok {
		t.Fatalf("%q has no host", address)
	}
	return [2]string{metadataService(found), privateAddress(found)}
}

// TestSpellings holds every spelling of an address to the verdict on the plain
// one.
func TestSpellings(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	addresses := []string{
		"169.254.169.254", "169.254.0.0", "100.100.100.200", "168.63.129.16", "192.0.0.192",
		"127.0.0.1", "127.255.255.254", "10.0.0.7", "172.16.0.1", "192.168.1.1", "0.0.0.0", "8.8.8.8", "169.253.255.255", "100.100.100.201",
	}
	for range 200 {
		var a [4]byte
		for i := range a {
			a[i] = byte(random.UintN(256))
		}
		addresses = append(addresses, netip.AddrFrom4(a).String())
	}
	for _, plain := range addresses {
		want := verdicts(t, "https://"+plain+"/v1")
		for _, host := range spellings(netip.MustParseAddr(plain), random) {
			address := fmt.Sprintf("https://%s:8443/v1", host)
			if got := verdicts(t, address); got != want {
				t.Errorf("%s is %q, and %s is %q", plain, want, host, got)
			}
		}
	}
	for plain, wanted := range map[string]bool{"169.254.169.254": true, "10.0.0.7": true, "8.8.8.8": false} {
		if got := verdicts(t, "https://"+plain) != [2]string{}; got != wanted {
			t.Errorf("%s is found: %v", plain, got)
		}
	}
}

// spellings returns an address in many spellings, numbers and characters chosen
// at random.
func spellings(address netip.Addr, random *rand.Rand) []string {
	b := address.As4()
	whole := uint64(b[0])<<24 | uint64(b[1])<<16 | uint64(b[2])<<8 | uint64(b[3])
	var hosts []string
	for parts := 1; parts <= 4; parts++ {
		for range 8 {
			var numbers []string
			for i := range parts - 1 {
				numbers = append(numbers, spellNumber(uint64(b[i]), random))
			}
			rest := whole & (1<<(8*(5-parts)) - 1)
			host := strings.Join(append(numbers, spellNumber(rest, random)), ".")
			hosts = append(hosts, host, host+".", dress(host, random))
		}
	}
	high, low := whole>>16, whole&0xffff
	hosts = append(hosts,
		fmt.Sprintf("[::ffff:%s]", address), fmt.Sprintf("[::FFFF:%x:%x]", high, low), fmt.Sprintf("[0:0:0:0:0:ffff:%04x:%04X]", high, low),
		fmt.Sprintf("[::ffff:0:%s]", address), fmt.Sprintf("[64:ff9b::%s]", address), fmt.Sprintf("[64:ff9b:1::%x:%x]", high, low),
		fmt.Sprintf("[2002:%x:%x::1]", high, low), fmt.Sprintf("[2002:%x:%x:1:2:3:4:5]", high, low),
	)
	if whole > 1 { // :: and ::1 are addresses themselves
		hosts = append(hosts, fmt.Sprintf("[::%s]", address))
	}
	return hosts
}

func spellNumber(n uint64, random *rand.Rand) string {
	zeros := strings.Repeat("0", random.IntN(3))
	switch random.IntN(4) {
	case 0:
		return fmt.Sprintf("0x%s%x", zeros, n)
	case 1:
		return fmt.Sprintf("0X%s%X", zeros, n)
	case 2:
		return fmt.Sprintf("0%s%o", zeros, n)
	}
	return fmt.Sprint(n)
}

// dress puts other characters in the place of digits, letters and dots.
func dress(host string, random *rand.Rand) string {
	var out strings.Builder
	for _, r := range host {
		switch {
		case random.IntN(3) == 0:
			out.WriteRune(r)
		case r == '.':
			out.WriteRune([]rune("。．｡")[random.IntN(3)])
		case r >= '0' && r <= '9':
			out.WriteRune([]rune{'０', '₀', 0x1d7ce, 0x1d7f6}[random.IntN(4)] + r - '0')
		case r >= 'a':
			out.WriteRune([]rune{'ａ', 'ⓐ', 0x1d41a}[random.IntN(3)] + r - 'a')
		default:
			out.WriteRune([]rune{'Ａ', 'Ⓐ', 0x1d400}[random.IntN(3)] + r - 'A')
		}
		if random.IntN(5) == 0 {
			out.WriteRune('\u00ad')
		}
	}
	return out.String()
}

// FuzzHost looks for hosts that are not read alike twice: as they are written, and
// as they are looked up.
func FuzzHost(f *testing.F) {
	for _, host := range []string{"2852039166", "0251.0376.0251.0376", "[::ffff:a9fe:a9fe]", "[fe80::1%25eth0]", "１６９.254.169.254", "localhost.", "a@b:1"} {
		f.Add(host)
	}
	f.Fuzz(func(t *testing.T, host string) {
		found, ok := targetOf("https://" + host + "/")
		if !ok {
			return
		}
		if again := asciiHost(found.name + "."); again != found.name && !strings.HasSuffix(found.name, ".") {
			t.Errorf("%q is looked up as %q, and that as %q", host, found.name, again)
		}
		if found.address.Is4In6() || found.address.Zone() != "" {
			t.Errorf("%q is %s, which is not plain", host, found.address)
		}
		if metadataService(found) != "" && privateAddress(found) != "" {
			t.Errorf("%q is found by two rules", host)
		}
	})
}

func TestHostPlace(t *testing.T) {
	for _, c := range []struct{ written, want string }{
		{`https://10.0.0.7/v1`, "10.0.0.7"},
		{`"https://10.0.0.7:8443/v1#a"`, "10.0.0.7"},
		{`'HTTPS://user:pass@10.0.0.7'`, "10.0.0.7"},
		{`"https://[fe80::1%25eth0]:443?a=b"`, "[fe80::1%25eth0]"},
		{`https://bücher.example/a@b:c`, "bücher.example"},
		{`"https://10.0.0.7\x2fv1"`, ""}, // not written as it is read
		{"|-\n  https://10.0.0.7/", ""},
	} {
		file := syntax.File{Name: "a.yaml", Format: syntax.YAML, Data: []byte("url: " + c.written + "\n")}
		tree, found := syntax.Parse(file, syntax.Options{})
		if len(found) > 0 {
			t.Fatalf("%s: %v", c.written, found)
		}
		d := &model.Document{Document: tree.Documents[0]}
		_, n, _ := d.Lookup("url")
		place := hostPlace(d, model.Value[string]{V: n.Value, Path: "url", Set: true})
		if got := string(file.Data[place.Start.Offset:place.End.Offset]); got != c.want {
			t.Errorf("%s: the host is %q, want %q", c.written, got, c.want)
		}
	}
}
