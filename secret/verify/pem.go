package verify

import (
	"bytes"
	"cmp"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
)

// material is what a value in PEM should be, in words.
type material struct {
	// name is what the value is called, content what belongs into it.
	name, content string
	// hints say more of a kind of block that does not belong there.
	hints map[string]string
	// commands turn a kind of DER into what is wanted.
	commands map[derKind]string
}

var (
	caBundle = material{"the CA bundle", "certificates", map[string]string{
		privateKey: "; a private key is no business of a CA bundle, which many may read",
	}, map[derKind]string{
		derCertificate: "openssl x509 -inform der -in FILE",
		derPKCS7:       "openssl pkcs7 -inform der -print_certs -in FILE",
		derPKCS12:      "openssl pkcs12 -cacerts -nokeys -in FILE",
	}}
	clientCertificate = material{"the client certificate", "a certificate and its chain", map[string]string{
		privateKey: " (are certificate and key swapped?)",
	}, map[derKind]string{
		derCertificate: "openssl x509 -inform der -in FILE",
		derPKCS7:       "openssl pkcs7 -inform der -print_certs -in FILE",
		derPKCS12:      "openssl pkcs12 -nokeys -in FILE",
	}}
	clientKey = material{"the client key", "a private key", map[string]string{
		"a certificate": " (are certificate and key swapped?)",
	}, map[derKind]string{
		derKey:          "openssl pkey -inform der -in FILE",
		derEncryptedKey: "openssl pkey -inform der -in FILE",
		derPKCS12:       "openssl pkcs12 -nocerts -nodes -in FILE",
	}}
)

const privateKey = "a private key"

// pemKinds says in words what the types of PEM blocks are, those of private keys
// aside.
var pemKinds = map[string]string{
	"CERTIFICATE":             "a certificate",
	"TRUSTED CERTIFICATE":     "a certificate in OpenSSL's trusted format",
	"X509 CERTIFICATE":        "a certificate of the old type X509 CERTIFICATE",
	"CERTIFICATE REQUEST":     "a certificate request",
	"NEW CERTIFICATE REQUEST": "a certificate request",
	"X509 CRL":                "a revocation list",
	"PKCS7":                   "PKCS #7 (openssl pkcs7 -print_certs shows its certificates)",
	"CMS":                     "PKCS #7 (openssl pkcs7 -print_certs shows its certificates)",
	"PUBLIC KEY":              "a public key",
	"RSA PUBLIC KEY":          "a public key",
	"EC PARAMETERS":           "parameters of a key",
	"DH PARAMETERS":           "parameters of a key exchange",
}

// isKey is what crypto/tls takes for a private key, by the type of the block.
func isKey(block *pem.Block) bool {
	return block.Type == "PRIVATE KEY" || strings.HasSuffix(block.Type, " PRIVATE KEY")
}

// kinds lists what the blocks are, each kind once, in words of our own.
func kinds(blocks []*pem.Block) []string {
	var found []string
	for _, block := range blocks {
		kind := cmp.Or(pemKinds[block.Type], "something else")
		if isKey(block) {
			kind = privateKey
		}
		if !slices.Contains(found, kind) {
			found = append(found, kind)
		}
	}
	return found
}

// pemBegin begins the first line of a block.
const pemBegin = "-----BEGIN "

// decode returns the blocks that Go finds, and how many more begin. Go skips those
// that are cut, garbled or indented without a word.
func decode(data []byte) (blocks []*pem.Block, lost int) {
	for rest := data; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		blocks = append(blocks, block)
	}
	begun := 0
	for line := range bytes.Lines(data) {
		if bytes.HasPrefix(bytes.TrimLeft(line, " \t"+byteOrderMark), []byte(pemBegin)) {
			begun++
		}
	}
	return blocks, max(begun-len(blocks), 0)
}

// unreadable says why a value holds no PEM at all.
func (m material) unreadable(data []byte) error {
	if isBlank(data) {
		return fmt.Errorf("%s; %s in PEM wanted", emptiness(m.name, data), m.content)
	}
	if kind := derKindOf(data); kind != "" {
		if command := m.commands[kind]; command != "" {
			return fmt.Errorf("%s is %s in DER, and PEM is wanted: %s", m.name, kind, command)
		}
		return fmt.Errorf("%s is %s in DER; %s in PEM wanted", m.name, kind, m.content)
	}
	found := "not PEM"
	switch {
	case isUTF16(data):
		found = "text in UTF-16, which Go does not read"
	case bytes.HasPrefix(data, []byte("LS0tLS1CRUdJTi")): // pemBegin in base64
		found = "PEM in base64, so it was encoded once too often"
	case bytes.HasPrefix(data, []byte(byteOrderMark)):
		found = "text that begins with a byte order mark, behind which Go finds no PEM"
	case bytes.Contains(data, []byte(pemBegin)):
		found = "PEM that is cut or garbled, or whose lines are indented or joined"
	}
	return fmt.Errorf("%s is %s; %s in PEM wanted", m.name, found, m.content)
}

// misplaced says that a value holds blocks, and none of those that belong there.
func (m material) misplaced(blocks []*pem.Block) error {
	return fmt.Errorf("%s holds only %s; %s in PEM wanted%s", m.name, enumerate(kinds(blocks)), m.content, m.hint(blocks))
}

// hint says more of blocks that do not belong into a value.
func (m material) hint(blocks []*pem.Block) string {
	var hint strings.Builder
	for _, kind := range kinds(blocks) {
		hint.WriteString(m.hints[kind])
	}
	return hint.String()
}

// judgeLost warns of blocks that Go does not see beside those that it does.
func (f *faults) judgeLost(m material, lost int) {
	if lost > 0 {
		f.add(false, "%s holds %s that Go skips as cut, garbled or indented; whole blocks from BEGIN to END wanted", m.name, quantity(lost, "PEM block"))
	}
}
