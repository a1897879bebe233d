package verify

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"slices"
	"testing"

	"github.com/thvctl/thvctl/secret"
)

func TestClientKey(t *testing.T) {
	client := issue(t, nil, nil)
	rsaKey := newRSA(t)
	p521 := must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P521(), rand.Reader))
	const (
		encrypted = "E the private key is encrypted, and ToolHive has no passphrase for it; write it in plain: openssl pkey -in FILE"
		unparsed  = "E Go cannot parse the private key; a whole RSA, ECDSA (P-256, P-384, P-521) or Ed25519 key is wanted"
	)
	run(t, secret.ClientKey, []example{
		{"PKCS #8", client.keyPEM(t), nil},
		{"PKCS #1", block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey)), nil},
		{"SEC 1", block("EC PRIVATE KEY", must[[]byte](t)(x509.MarshalECPrivateKey(p521))), nil},
		{"Ed25519", block("PRIVATE KEY", pkcs8(t, newEd25519(t))), nil},
		{"after its parameters", read(t, "key-ec-parameters.pem"), nil},
		{"after its certificate", join(client.certPEM(), client.keyPEM(t)), nil},
		{"before a cut block", join(client.keyPEM(t), client.certPEM()[:99]), nil},
		{"under a wrong type", block("ENCRYPTED PRIVATE KEY", pkcs8(t, client.key)), nil},

		{"empty", nil, []string{"E the client key is empty; a private key in PEM wanted"}},
		{"text", []byte(canary), []string{"E the client key is not PEM; a private key in PEM wanted"}},
		{"cut", client.keyPEM(t)[:99], []string{"E the client key is PEM that is cut or garbled, or whose lines are indented or joined; a private key in PEM wanted"}},
		{"SEC 1 in DER", read(t, "key-sec1.der"), []string{"E the client key is a private key in DER, and PEM is wanted: openssl pkey -inform der -in FILE"}},
		{"PKCS #8 in DER", read(t, "key-pkcs8.der"), []string{"E the client key is a private key in DER, and PEM is wanted: openssl pkey -inform der -in FILE"}},
		{"PKCS #1 in DER", x509.MarshalPKCS1PrivateKey(rsaKey), []string{"E the client key is a private key in DER, and PEM is wanted: openssl pkey -inform der -in FILE"}},
		{"encrypted in DER", read(t, "key-encrypted.der"), []string{"E the client key is an encrypted private key in DER, and PEM is wanted: openssl pkey -inform der -in FILE"}},
		{"PKCS #12", read(t, "certificate.p12"), []string{"E the client key is PKCS #12 in DER, and PEM is wanted: openssl pkcs12 -nocerts -nodes -in FILE"}},
		{"a certificate in DER", client.certificate.Raw, []string{"E the client key is a certificate in DER; a private key in PEM wanted"}},
		{"encrypted", read(t, "key-encrypted.pem"), []string{encrypted}},
		{"encrypted of old", read(t, "key-encrypted-legacy.pem"), []string{encrypted}},
		{"OpenSSH", read(t, "key-openssh.pem"), []string{"E the private key is in the format of OpenSSH; PKCS #8 is wanted, which this makes of a copy: ssh-keygen -p -m PKCS8 -N '' -f COPY (where that leaves an Ed25519 key as it is, make a new one)"}},
		{"a certificate", client.certPEM(), []string{"E the client key holds only a certificate; a private key in PEM wanted (are certificate and key swapped?)"}},
		{"a public key", block("PUBLIC KEY", []byte(canary)), []string{"E the client key holds only a public key; a private key in PEM wanted"}},
		{"parameters alone", block("EC PARAMETERS", []byte(canary)), []string{"E the client key holds only parameters of a key; a private key in PEM wanted"}},
		{"unparsable", block("PRIVATE KEY", []byte(canary)), []string{unparsed}},
		{"unparsable before a good one", join(block("PRIVATE KEY", []byte(canary)), client.keyPEM(t)), []string{unparsed}},
		{"secp256k1", read(t, "key-secp256k1.pem"), []string{unparsed}},
		{"X25519", read(t, "key-x25519.pem"), []string{unparsed}},
		{"DSA", read(t, "key-dsa.pem"), []string{"E found a DSA key, which Go's TLS does not use; an RSA, ECDSA or Ed25519 key is wanted"}},
		{"too large", block("PRIVATE KEY", padded(t, client.key)), []string{"E found a private key of 16527 bytes; at most 16384 are wanted"}},
	})
}

// padded returns a key that Go would parse, and that is larger than the bound.
func padded(t *testing.T, key crypto.Signer) []byte {
	var form struct {
		Version   int
		Algorithm asn1.RawValue
		Key       []byte
		Padding   []byte `asn1:"optional"`
	}
	if _, err := asn1.Unmarshal(pkcs8(t, key), &form); err != nil {
		t.Fatal(err)
	}
	form.Padding = make([]byte, maxKey)
	der := must[[]byte](t)(asn1.Marshal(form))
	must[any](t)(x509.ParsePKCS8PrivateKey(der))
	return der
}

func TestPair(t *testing.T) {
	ca := issue(t, nil, nil, authority)
	client := issue(t, ca, nil)
	rsaClient := issue(t, ca, newRSA(t))
	edClient := issue(t, ca, newEd25519(t))
	chain := join(client.certPEM(), ca.certPEM())
	for _, e := range []struct {
		name             string
		certificate, key []byte
		want             []string
	}{
		{"ECDSA", client.certPEM(), client.keyPEM(t), nil},
		{"RSA", rsaClient.certPEM(), rsaClient.keyPEM(t), nil},
		{"Ed25519", edClient.certPEM(), edClient.keyPEM(t), nil},
		{"chain", chain, client.keyPEM(t), nil},
		{"OpenSSL's", read(t, "certificate.pem"), read(t, "key-ec-parameters.pem"), nil},
		{"expired", issue(t, ca, client.key, between(-2*day, -day)).certPEM(), client.keyPEM(t), nil},
		{"another", client.certPEM(), ca.keyPEM(t), []string{"E the private key (ECDSA) does not match the certificate (ECDSA); take the two that were made together"}},
		{"another kind", client.certPEM(), rsaClient.keyPEM(t), []string{"E the private key (RSA) does not match the certificate (ECDSA); take the two that were made together"}},
		{"Ed25519 for RSA", rsaClient.certPEM(), edClient.keyPEM(t), []string{"E the private key (Ed25519) does not match the certificate (RSA); take the two that were made together"}},
		{"of the chain", chain, ca.keyPEM(t), []string{"E the key belongs to certificate 2 of 2; the certificate of the key must be the first"}},
		{"no certificate", nil, client.keyPEM(t), nil},
		{"encrypted key", client.certPEM(), read(t, "key-encrypted.pem"), nil},
		{"swapped", client.keyPEM(t), client.certPEM(), nil},
	} {
		t.Run(e.name, func(t *testing.T) {
			got := judgePair(e.certificate, e.key)
			if !slices.Equal(got, e.want) {
				t.Errorf("found\n\t%q\nand not\n\t%q", got, e.want)
			}
			requireOwnWords(t, got)
			requireAgreement(t, e.certificate, e.key)
		})
	}
}
