package verify

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"path/filepath"
	"strings"
	"testing"

	"github.com/thvctl/thvctl/secret"
)

// requireAgreement demands that certificate and key are in order, dates and usages
// aside, exactly where crypto/tls takes them. It knows no bound on keys.
func requireAgreement(t *testing.T, certificate, key []byte) {
	t.Helper()
	if len(key) > maxKey {
		return
	}
	_, _, certificateErr := readChain(certificate)
	_, keyErr := readKey(key)
	match := Pair(secret.NewValue(certificate), secret.NewValue(key))
	_, err := tls.X509KeyPair(certificate, key)
	if ours := certificateErr == nil && keyErr == nil && match == nil; ours != (err == nil) {
		t.Errorf("crypto/tls says %v; found %v, %v, %v", err, certificateErr, keyErr, match)
	}
}

// files are the values of testdata and what can be made of them, the same in every
// run.
func files(t testing.TB) map[string][]byte {
	values := map[string][]byte{"nothing": nil, "text": []byte("text")}
	for _, path := range must[[]string](t)(filepath.Glob("testdata/[ck]*")) {
		values[filepath.Base(path)] = read(t, filepath.Base(path))
	}
	certificate, key := values["certificate.pem"], values["key-ec-parameters.pem"]
	values["combined"] = join(key, certificate)
	values["other first"] = join(values["certificate-dsa.pem"], certificate)
	values["headers"] = replace(certificate, "CERTIFICATE-----\nM", "CERTIFICATE-----\nA: B\n\nM")
	values["PKCS #8"] = block("PRIVATE KEY", values["key-pkcs8.der"])
	return values
}

// TestAgreement pairs everything with everything.
func TestAgreement(t *testing.T) {
	values := files(t)
	client, other := issue(t, nil, newRSA(t)), issue(t, nil, newEd25519(t))
	values["RSA"], values["RSA key"] = join(client.certPEM(), other.certPEM()), client.keyPEM(t)
	values["Ed25519"], values["Ed25519 key"] = other.certPEM(), other.keyPEM(t)
	accepted := 0
	for _, certificate := range values {
		for _, key := range values {
			requireAgreement(t, certificate, key)
			if _, err := tls.X509KeyPair(certificate, key); err == nil {
				accepted++
			}
		}
	}
	if accepted < 10 {
		t.Errorf("crypto/tls takes %d pairs, so this shows little", accepted)
	}
}

func FuzzPair(f *testing.F) {
	values := files(f)
	for _, certificate := range []string{"certificate.pem", "certificate-v1-issued.pem", "headers", "combined", "other first"} {
		for _, key := range []string{"key-ec-parameters.pem", "PKCS #8", "key-encrypted-legacy.pem", "key-secp256k1.pem", "combined"} {
			f.Add(values[certificate], values[key])
		}
	}
	f.Fuzz(func(t *testing.T, certificate, key []byte) {
		requireAgreement(t, certificate, key)
		requireOwnWords(t, judgePair(certificate, key))
	})
}

func FuzzValue(f *testing.F) {
	for _, seed := range files(f) {
		f.Add(seed, false)
		if first, _ := pem.Decode(seed); first != nil {
			f.Add(first.Bytes, true)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, wrap bool) {
		if wrap {
			data = block("CERTIFICATE", data)
		}
		for _, purpose := range purposes {
			found := judge(purpose, data)
			if len(found) > 8 {
				t.Errorf("%s: found %d faults", purpose, len(found))
			}
			requireOwnWords(t, found)
		}
	})
}

// hostile are values of 1 MiB that are slow to read where somebody is careless.
func hostile(t testing.TB) map[string][]byte {
	const size = 1 << 20
	fill := func(piece []byte) []byte { return bytes.Repeat(piece, size/len(piece)) }
	ca := issue(t, nil, nil, authority)
	wrap := func(kind string, der []byte) []byte { return block(kind, der[:len(der)*3/4-1024]) }
	return map[string][]byte{
		"tiny blocks":       fill([]byte("-----BEGIN A-----\n-----END A-----\n")),
		"tiny certificates": fill([]byte("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n")),
		"tiny keys":         fill([]byte("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n")),
		"certificates":      fill(ca.certPEM()),
		"leaves":            fill(issue(t, ca, nil, between(-2*day, -day)).certPEM()),
		"BEGIN lines":       fill([]byte("-----BEGIN A-----\n")),
		"END lines":         fill([]byte("-----END A-----\n")),
		"pairs cut":         fill([]byte("-----BEGIN A-----\n!\n-----END A-----\n")),
		"headers":           join([]byte("-----BEGIN CERTIFICATE-----\n"), fill([]byte("a:b\n")), []byte("\n-----END CERTIFICATE-----\n")),
		"deep ASN.1":        fill([]byte{0x30, 0x80}),
		"deep certificate":  wrap("CERTIFICATE", fill([]byte{0x30, 0x84, 0x7f, 0xff, 0xff, 0xff})),
		"long key":          wrap("PRIVATE KEY", fill([]byte{0x30})),
		"base64":            []byte(base64.StdEncoding.EncodeToString(fill(ca.certPEM())[:size/4*3])),
		"spaces":            fill([]byte(" \n")),
		"names":             block("CERTIFICATE", manyNames(t, ca)),
	}
}

// manyNames makes a certificate for 70,000 host names.
func manyNames(t testing.TB, ca *identity) []byte {
	names := strings.Split(strings.TrimSuffix(strings.Repeat("a.b.cd ", 70_000), " "), " ")
	return issue(t, ca, nil, func(c *x509.Certificate) { c.DNSNames = names }).certificate.Raw
}

func TestHostile(t *testing.T) {
	for name, data := range hostile(t) {
		for _, purpose := range purposes {
			found := judge(purpose, data)
			if len(found) > 8 || len(strings.Join(found, "")) > 1500 {
				t.Errorf("%s as %s: found %d faults: %q", name, purpose, len(found), found)
			}
		}
	}
}

func BenchmarkHostile(b *testing.B) {
	for name, data := range hostile(b) {
		for _, purpose := range purposes {
			b.Run(name+"/"+string(purpose), func(b *testing.B) {
				for b.Loop() {
					judge(purpose, data)
				}
			})
		}
	}
}
