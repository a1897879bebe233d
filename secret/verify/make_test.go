package verify

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/thvctl/thvctl/secret"
)

// now is when the tests take place.
var now = time.Date(2030, 1, 15, 12, 0, 0, 0, time.UTC)

// purposes are all that package secret names.
var purposes = []secret.Purpose{secret.HMAC, secret.CA, secret.ClientCert, secret.ClientKey, secret.Header}

const day = 24 * time.Hour

// canary stands in every name that the tests put into a certificate.
const canary = "Kanarienvogel"

// identity is a certificate with its key.
type identity struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

// change alters the template of a certificate.
type change func(*x509.Certificate)

func between(from, to time.Duration) change {
	return func(c *x509.Certificate) { c.NotBefore, c.NotAfter = now.Add(from), now.Add(to) }
}

func usages(key x509.KeyUsage, extended ...x509.ExtKeyUsage) change {
	return func(c *x509.Certificate) { c.KeyUsage, c.ExtKeyUsage = key, extended }
}

func authority(c *x509.Certificate) {
	c.Subject.CommonName = canary + " CA"
	c.BasicConstraintsValid, c.IsCA, c.KeyUsage = true, true, x509.KeyUsageCertSign
}

// issue makes a certificate for a year. Without an issuer it signs itself, without a
// key it gets a new one.
func issue(t testing.TB, issuer *identity, key crypto.Signer, changes ...change) *identity {
	t.Helper()
	if key == nil {
		key = newKey(t)
	}
	serial := must[*big.Int](t)(rand.Int(rand.Reader, big.NewInt(1<<62)))
	template := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: canary}, DNSNames: []string{"localhost"}}
	between(-100*day, 265*day)(template)
	for _, alter := range changes {
		alter(template)
	}
	parent, signer := template, key
	if issuer != nil {
		parent, signer = issuer.certificate, issuer.key
	}
	der := must[[]byte](t)(x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer))
	return &identity{must[*x509.Certificate](t)(x509.ParseCertificate(der)), key}
}

func newKey(t testing.TB) crypto.Signer {
	return must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
}

func newEd25519(t testing.TB) crypto.Signer {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	return must[ed25519.PrivateKey](t)(key, err)
}

func newRSA(t testing.TB) *rsa.PrivateKey {
	return must[*rsa.PrivateKey](t)(rsa.GenerateKey(rand.Reader, 2048))
}

func (i *identity) certPEM() []byte { return block("CERTIFICATE", i.certificate.Raw) }

func (i *identity) keyPEM(t testing.TB) []byte { return block("PRIVATE KEY", pkcs8(t, i.key)) }

func pkcs8(t testing.TB, key crypto.Signer) []byte {
	return must[[]byte](t)(x509.MarshalPKCS8PrivateKey(key))
}

func block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func join(parts ...[]byte) []byte { return slices.Concat(parts...) }

func replace(data []byte, old, with string) []byte {
	return bytes.ReplaceAll(data, []byte(old), []byte(with))
}

func read(t testing.TB, name string) []byte {
	return must[[]byte](t)(os.ReadFile(filepath.Join("testdata", name)))
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// judge judges bytes, and returns each fault after an E for a severe one or a W.
func judge(purpose secret.Purpose, data []byte) []string {
	return texts(Value(purpose, secret.NewValue(data), now))
}

func judgePair(certificate, key []byte) []string {
	return texts(Pair(secret.NewValue(certificate), secret.NewValue(key)))
}

func texts(found []Fault) []string {
	var lines []string
	for _, fault := range found {
		letter := "W "
		if fault.Severe {
			letter = "E "
		}
		lines = append(lines, letter+fault.Message)
	}
	return lines
}

// example is a value and what is wrong with it.
type example struct {
	name string
	data []byte
	want []string
}

func run(t *testing.T, purpose secret.Purpose, examples []example) {
	t.Helper()
	for _, e := range examples {
		t.Run(e.name, func(t *testing.T) {
			got := judge(purpose, e.data)
			if !slices.Equal(got, e.want) {
				t.Errorf("found\n\t%q\nand not\n\t%q", got, e.want)
			}
			requireOwnWords(t, got)
		})
	}
}
