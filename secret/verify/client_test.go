package verify

import (
	"crypto/x509"
	"testing"

	"github.com/thvctl/thvctl/secret"
)

func TestClientCertificate(t *testing.T) {
	ca := issue(t, nil, nil, authority)
	client := issue(t, ca, nil)
	one := func(changes ...change) []byte { return issue(t, ca, nil, changes...).certPEM() }
	expiredCA := issue(t, nil, nil, authority, between(-400*day, -12*day)).certPEM()
	run(t, secret.ClientCert, []example{
		{"alone", client.certPEM(), nil},
		{"with its chain", join(client.certPEM(), ca.certPEM()), nil},
		{"with its key", join(client.keyPEM(t), client.certPEM()), nil},
		{"with headers", replace(client.certPEM(), "CERTIFICATE-----\nM", "CERTIFICATE-----\nA: B\n\nM"), nil},
		{"for clients", one(usages(x509.KeyUsageDigitalSignature, x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth)), nil},
		{"for anything", one(usages(0, x509.ExtKeyUsageAny)), nil},
		{"version 1", read(t, "certificate-v1-issued.pem"), nil},

		{"expired", one(between(-400*day, -12*day)), []string{"E the certificate expired on 2030-01-03, 12 days ago; a renewed one is wanted"}},
		{"not yet valid", one(between(day/2, 400*day)), []string{"E the certificate cannot be used before 2030-01-16, in less than a day; one that is valid now is wanted"}},
		{"soon", one(between(-day, 29*day)), []string{"W the certificate will expire on 2030-02-13, in 29 days; renew before"}},
		{"for servers", one(usages(0, x509.ExtKeyUsageServerAuth)), []string{"E the certificate is not for clients by its extended key usage; one with clientAuth is wanted"}},
		{"for encipherment", one(usages(x509.KeyUsageKeyEncipherment)), []string{"W the certificate has a key usage without digital signature, which a client signs the handshake with; one that has it is wanted"}},
		{"expired and for servers", one(usages(x509.KeyUsageKeyEncipherment, x509.ExtKeyUsageServerAuth), between(-400*day, -12*day)), []string{
			"E the certificate expired on 2030-01-03, 12 days ago; a renewed one is wanted",
			"E the certificate is not for clients by its extended key usage; one with clientAuth is wanted",
			"W the certificate has a key usage without digital signature, which a client signs the handshake with; one that has it is wanted"}},
		{"expired chain", join(client.certPEM(), expiredCA), []string{"W 1 of 2 certificates (number 2) expired on 2030-01-03, 12 days ago; a renewed one is wanted"}},
		{"garbage in the chain", join(client.certPEM(), ca.certPEM(), block("CERTIFICATE", []byte(canary))), []string{"W Go cannot parse 1 of 3 certificates (number 3), and the webhook may refuse the whole chain; whole X.509 certificates wanted"}},
		{"cut chain", join(client.certPEM(), ca.certPEM()[:99]), []string{"W the client certificate holds 1 PEM block that Go skips as cut, garbled or indented; whole blocks from BEGIN to END wanted"}},

		{"empty", nil, []string{"E the client certificate is empty; a certificate and its chain in PEM wanted"}},
		{"DER", client.certificate.Raw, []string{"E the client certificate is a certificate in DER, and PEM is wanted: openssl x509 -inform der -in FILE"}},
		{"PKCS #12", read(t, "certificate.p12"), []string{"E the client certificate is PKCS #12 in DER, and PEM is wanted: openssl pkcs12 -nokeys -in FILE"}},
		{"text", []byte(canary), []string{"E the client certificate is not PEM; a certificate and its chain in PEM wanted"}},
		{"cut", client.certPEM()[:99], []string{"E the client certificate is PEM that is cut or garbled, or whose lines are indented or joined; a certificate and its chain in PEM wanted"}},
		{"a key", client.keyPEM(t), []string{"E the client certificate holds only a private key; a certificate and its chain in PEM wanted (are certificate and key swapped?)"}},
		{"a key of somebody", replace(client.keyPEM(t), "PRIVATE", canary+" PRIVATE"), []string{"E the client certificate holds only a private key; a certificate and its chain in PEM wanted (are certificate and key swapped?)"}},
		{"a request", block("CERTIFICATE REQUEST", []byte(canary)), []string{"E the client certificate holds only a certificate request; a certificate and its chain in PEM wanted"}},
		{"PKCS #7 in PEM", block("PKCS7", read(t, "certificate.p7b")), []string{"E the client certificate holds only PKCS #7 (openssl pkcs7 -print_certs shows its certificates); a certificate and its chain in PEM wanted"}},
		{"unparsable", block("CERTIFICATE", []byte(canary)), []string{"E Go cannot parse the first certificate; a whole X.509 certificate of the client wanted"}},
		{"DSA", read(t, "certificate-dsa.pem"), []string{"E the certificate is for a kind of key that Go's TLS does not use; one for RSA, ECDSA or Ed25519 wanted"}},
	})
}
