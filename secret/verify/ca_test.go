package verify

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"testing"

	"github.com/thvctl/thvctl/secret"
)

const breaks = "that works only while the webhook shows this very certificate, and breaks when it is renewed"

func TestBundle(t *testing.T) {
	ca := issue(t, nil, nil, authority)
	good := ca.certPEM()
	one := func(changes ...change) []byte {
		return issue(t, nil, nil, append([]change{authority}, changes...)...).certPEM()
	}
	expired := one(between(-400*day, -12*day))
	early := one(between(day, 400*day))
	soon := one(between(-300*day, 20*day))
	leaf := issue(t, ca, nil).certPEM()
	selfSigned := issue(t, nil, nil).certPEM()
	request := block("CERTIFICATE REQUEST", must[[]byte](t)(x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, ca.key)))
	public := block("PUBLIC KEY", must[[]byte](t)(x509.MarshalPKIXPublicKey(ca.key.Public())))
	headed := replace(good, "CERTIFICATE-----\nM", "CERTIFICATE-----\n"+canary+": "+canary+"\n\nM")
	cut := good[:len(good)/2]
	run(t, secret.CA, []example{
		{"a CA", good, nil},
		{"with text around", join([]byte("# "+canary+"\n"), good, []byte(canary)), nil},
		{"line breaks of Windows", replace(good, "\n", "\r\n"), nil},
		{"an intermediate", issue(t, ca, nil, authority).certPEM(), nil},
		{"version 1", read(t, "certificate-v1-self-issued.pem"), nil},
		{"old and new", join(soon, good), []string{"W 1 of 2 certificates (number 1) will expire on 2030-02-04, in 20 days; renew before"}},
		{"new and not yet", join(good, early), []string{"W 1 of 2 certificates (number 2) cannot be used before 2030-01-16, in 1 day; one that is valid now is wanted"}},

		{"expired", expired, []string{"E the certificate expired on 2030-01-03, 12 days ago; a renewed one is wanted"}},
		{"just expired", one(between(-day, -1)), []string{"E the certificate expired on 2030-01-15, less than a day ago; a renewed one is wanted"}},
		{"expires now", one(between(-day, 0)), []string{"W the certificate will expire on 2030-01-15, in less than a day; renew before"}},
		{"expired beside a good one", join(good, expired, good), []string{"W 1 of 3 certificates (number 2) expired on 2030-01-03, 12 days ago; a renewed one is wanted"}},
		{"all expired", join(one(between(-400*day, -day)), expired), []string{"E all 2 certificates expired, the last on 2030-01-14, 1 day ago; a renewed one is wanted"}},
		{"many expired", join(bytes.Repeat(expired, 6), good), []string{"W 6 of 7 certificates (numbers 1, 2, 3, 4, 5 and others) expired, the last on 2030-01-03, 12 days ago; a renewed one is wanted"}},
		{"expired in a large bundle", join(bytes.Repeat(good, handmade), expired), nil},
		{"expired large bundle", bytes.Repeat(expired, handmade+1), []string{"E all 11 certificates expired, the last on 2030-01-03, 12 days ago; a renewed one is wanted"}},
		{"not yet valid", early, []string{"E the certificate cannot be used before 2030-01-16, in 1 day; one that is valid now is wanted"}},
		{"all not yet valid", join(early, one(between(9*day, 99*day))), []string{"E all 2 certificates cannot be used before 2030-01-16, in 1 day; one that is valid now is wanted"}},
		{"soon", soon, []string{"W the certificate will expire on 2030-02-04, in 20 days; renew before"}},
		{"all soon", join(soon, one(between(-day, 25*day))), []string{"W all 2 certificates will expire, the last on 2030-02-09, in 25 days; renew before"}},
		{"soon beside expired", join(expired, soon), []string{
			"W 1 of 2 certificates (number 1) expired on 2030-01-03, 12 days ago; a renewed one is wanted",
			"W 1 of 2 certificates (number 2) will expire on 2030-02-04, in 20 days; renew before"}},
		{"in 30 days", one(between(-day, notice)), nil},

		{"a leaf", leaf, []string{"E the certificate cannot sign others, and another issued it: " + breaks + "; put the certificate of the issuing CA here"}},
		{"a self-signed leaf", selfSigned, []string{"W the certificate cannot sign others, as it is not marked as a CA: " + breaks + "; a CA (basic constraint CA:TRUE) wanted"}},
		{"a leaf of version 1", read(t, "certificate-v1-issued.pem"), []string{"W the certificate cannot sign others, as it is not marked as a CA: " + breaks + "; a CA (basic constraint CA:TRUE) wanted"}},
		{"a CA that may not sign", one(usages(x509.KeyUsageCRLSign)), []string{"W the certificate cannot sign others, as it is not marked as a CA: " + breaks + "; a CA (basic constraint CA:TRUE) wanted"}},
		{"a leaf and a CA", join(leaf, good), []string{"W 1 of 2 certificates (number 1) cannot sign others, beside CAs: " + breaks + "; CAs alone wanted"}},
		{"leaves alone", join(leaf, selfSigned), []string{"E all 2 certificates cannot sign others, and another issued it: " + breaks + "; put the certificate of the issuing CA here"}},

		{"empty", nil, []string{"E the CA bundle is empty; certificates in PEM wanted"}},
		{"white space", []byte("\n\n"), []string{"E the CA bundle is 2 bytes of white space; certificates in PEM wanted"}},
		{"DER", ca.certificate.Raw, []string{"E the CA bundle is a certificate in DER, and PEM is wanted: openssl x509 -inform der -in FILE"}},
		{"DER of OpenSSL", read(t, "certificate.der"), []string{"E the CA bundle is a certificate in DER, and PEM is wanted: openssl x509 -inform der -in FILE"}},
		{"PKCS #7", read(t, "certificate.p7b"), []string{"E the CA bundle is PKCS #7 in DER, and PEM is wanted: openssl pkcs7 -inform der -print_certs -in FILE"}},
		{"PKCS #12", read(t, "certificate.p12"), []string{"E the CA bundle is PKCS #12 in DER, and PEM is wanted: openssl pkcs12 -cacerts -nokeys -in FILE"}},
		{"a key in DER", pkcs8(t, ca.key), []string{"E the CA bundle is a private key in DER; certificates in PEM wanted"}},
		{"some DER", []byte("0\x03\x02\x01\x07"), []string{"E the CA bundle is something else in DER; certificates in PEM wanted"}},
		{"text", []byte(canary), []string{"E the CA bundle is not PEM; certificates in PEM wanted"}},
		{"base64", []byte("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t"), []string{"E the CA bundle is PEM in base64, so it was encoded once too often; certificates in PEM wanted"}},
		{"UTF-16", []byte("\xff\xfe-\x00-\x00"), []string{"E the CA bundle is text in UTF-16, which Go does not read; certificates in PEM wanted"}},
		{"joined lines", replace(good, "\n", `\n`), []string{"E the CA bundle is PEM that is cut or garbled, or whose lines are indented or joined; certificates in PEM wanted"}},
		{"indented", join([]byte("  "), replace(good, "\n", "\n  ")), []string{"E the CA bundle is PEM that is cut or garbled, or whose lines are indented or joined; certificates in PEM wanted"}},
		{"cut", cut, []string{"E the CA bundle is PEM that is cut or garbled, or whose lines are indented or joined; certificates in PEM wanted"}},
		{"cut at the end", join(good, cut), []string{"W the CA bundle holds 1 PEM block that Go skips as cut, garbled or indented; whole blocks from BEGIN to END wanted"}},
		{"cut in the middle", join(good, cut, []byte("\n"), good), []string{"W the CA bundle holds 1 PEM block that Go skips as cut, garbled or indented; whole blocks from BEGIN to END wanted"}},
		{"garbled", join(good, replace(good, "M", "!")), []string{"W the CA bundle holds 1 PEM block that Go skips as cut, garbled or indented; whole blocks from BEGIN to END wanted"}},
		{"byte order mark", join([]byte(byteOrderMark), good, good), []string{"W the CA bundle holds 1 PEM block that Go skips as cut, garbled or indented; whole blocks from BEGIN to END wanted"}},

		{"a private key", ca.keyPEM(t), []string{"E the CA bundle holds only a private key; certificates in PEM wanted; a private key is no business of a CA bundle, which many may read"}},
		{"a private key beside", join(good, ca.keyPEM(t)), []string{"W the CA bundle holds a private key beside its certificates, and Go skips that; certificates alone wanted; a private key is no business of a CA bundle, which many may read"}},
		{"a request", request, []string{"E the CA bundle holds only a certificate request; certificates in PEM wanted"}},
		{"a public key", public, []string{"E the CA bundle holds only a public key; certificates in PEM wanted"}},
		{"several", join(public, request, public), []string{"E the CA bundle holds only a public key and a certificate request; certificates in PEM wanted"}},
		{"OpenSSL's own", replace(good, " CERT", " TRUSTED CERT"), []string{"E the CA bundle holds only a certificate in OpenSSL's trusted format; certificates in PEM wanted"}},
		{"a type of somebody", replace(good, "CERTIFICATE", canary), []string{"E the CA bundle holds only something else; certificates in PEM wanted"}},
		{"unparsable", join(good, block("CERTIFICATE", []byte(canary))), []string{"E Go cannot parse 1 of 2 certificates (number 2) of the CA bundle, and skips what it cannot parse; whole X.509 certificates wanted"}},
		{"headers", join(headed, good), []string{"E found PEM headers in 1 of 2 certificates (number 1) of the CA bundle, and Go skips what has any; take the lines between BEGIN and the base64 out"}},
	})
}

// TestPool holds the judgement of headers, garbled blocks and unparsable certificates
// against what a pool takes.
func TestPool(t *testing.T) {
	good := issue(t, nil, nil, authority).certPEM()
	for name, data := range map[string][]byte{
		"headers":          replace(good, "CERTIFICATE-----\nM", "CERTIFICATE-----\nA: B\n\nM"),
		"unparsable":       block("CERTIFICATE", []byte("0")),
		"garbled":          replace(good, "M", "!"),
		"indented":         replace(good, "-----B", " -----B"),
		"byte order mark":  join([]byte(byteOrderMark), good),
		"OpenSSL's own":    replace(good, " CERT", " TRUSTED CERT"),
		"nothing":          nil,
		"only the last":    join(good[:100], []byte("\n"), good),
		"Windows":          replace(good, "\n", "\r\n"),
		"with text before": join([]byte(canary+"\n"), good),
	} {
		taken := x509.NewCertPool().AppendCertsFromPEM(data)
		found := Value(secret.CA, secret.NewValue(data), now)
		if refused := len(found) > 0 && found[0].Severe; taken == refused {
			t.Errorf("%s: a pool takes it is %v, found %v", name, taken, found)
		}
	}
}

// TestLeafInPool is the reason for the faults of leaves: Go accepts a leaf that is in
// the pool, and not its successor for the same key.
func TestLeafInPool(t *testing.T) {
	ca := issue(t, nil, nil, authority)
	leaf := issue(t, ca, nil)
	selfSigned := issue(t, nil, nil)
	for name, pair := range map[string][2]*identity{
		"issued":      {leaf, issue(t, ca, leaf.key)},
		"self-signed": {selfSigned, issue(t, nil, selfSigned.key)},
	} {
		pool := x509.NewCertPool()
		pool.AddCert(pair[0].certificate)
		options := x509.VerifyOptions{Roots: pool, CurrentTime: now, DNSName: "localhost"}
		if _, err := pair[0].certificate.Verify(options); err != nil {
			t.Errorf("%s: the certificate in the pool: %v", name, err)
		}
		if _, err := pair[1].certificate.Verify(options); err == nil {
			t.Errorf("%s: the renewed certificate is accepted", name)
		}
	}
}

// TestAuthority holds isAuthority against Go's conditions for an issuer.
func TestAuthority(t *testing.T) {
	for name, changes := range map[string][]change{
		"CA":                {authority},
		"CA without usage":  {authority, usages(0)},
		"CA of other usage": {authority, usages(x509.KeyUsageCRLSign)},
		"no CA":             {func(c *x509.Certificate) { c.BasicConstraintsValid = true }},
		"nothing":           {},
		"usage alone":       {usages(x509.KeyUsageCertSign)},
	} {
		issuer := issue(t, nil, nil, changes...)
		// A certificate has to be signed by hand where CreateCertificate might refuse.
		template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: now}
		der := must[[]byte](t)(x509.CreateCertificate(rand.Reader, template, issuer.certificate, issuer.key.Public(), issuer.key))
		err := must[*x509.Certificate](t)(x509.ParseCertificate(der)).CheckSignatureFrom(issuer.certificate)
		if isAuthority(issuer.certificate) != (err == nil) {
			t.Errorf("%s: isAuthority is %v, Go says %v", name, isAuthority(issuer.certificate), err)
		}
	}
}
