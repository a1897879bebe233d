package verify

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"slices"
	"time"
)

// judgeClientCertificate judges the certificate that a client shows, and its chain.
func (f *faults) judgeClientCertificate(data []byte, now time.Time) {
	chain, lost, err := readChain(data)
	f.judgeLost(clientCertificate, lost)
	if err != nil {
		f.add(true, "%v", err)
		return
	}
	expired, early, usable := chain[:1].byDate(now)
	f.judgeExpired(true, expired, 1, now)
	f.judgeEarly(true, early, 1, now)
	f.judgeSoon(usable, 1, now)
	f.judgeUsage(chain[0].Certificate)
	f.judgeIssuers(chain[1:], now)
}

// judgeUsage judges what the client's own certificate says that it is for.
func (f *faults) judgeUsage(leaf *x509.Certificate) {
	if leaf.KeyUsage != 0 && leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0 {
		f.add(false, "the certificate has a key usage without digital signature, which a client signs the handshake with; one that has it is wanted")
	}
	limited := len(leaf.ExtKeyUsage)+len(leaf.UnknownExtKeyUsage) > 0
	if limited && !slices.ContainsFunc(leaf.ExtKeyUsage, func(usage x509.ExtKeyUsage) bool {
		return usage == x509.ExtKeyUsageAny || usage == x509.ExtKeyUsageClientAuth
	}) {
		f.add(true, "the certificate is not for clients by its extended key usage; one with clientAuth is wanted")
	}
}

// judgeIssuers judges the rest of the chain, which is sent as it is.
func (f *faults) judgeIssuers(issuers group, now time.Time) {
	total := len(issuers) + 1
	parsed := slices.DeleteFunc(slices.Clone(issuers), func(c numbered) bool { return c.Certificate == nil })
	if len(parsed) < len(issuers) {
		unparsed := slices.DeleteFunc(slices.Clone(issuers), func(c numbered) bool { return c.Certificate != nil })
		f.add(false, "Go cannot parse %s, and the webhook may refuse the whole chain; whole X.509 certificates wanted", unparsed.named(total))
	}
	expired, early, _ := parsed.byDate(now)
	f.judgeExpired(false, expired, total, now)
	f.judgeEarly(false, early, total, now)
}

// readChain reads certificates as tls.X509KeyPair does: whatever is no certificate is
// skipped, and only the first must parse. The others are nil where they do not. The
// error is of our own words.
func readChain(data []byte) (chain group, lost int, err error) {
	blocks, lost := decode(data)
	if len(blocks) == 0 {
		return nil, 0, clientCertificate.unreadable(data)
	}
	for _, block := range blocks {
		if block.Type == "CERTIFICATE" {
			certificate, _ := x509.ParseCertificate(block.Bytes)
			chain = append(chain, numbered{certificate, len(chain) + 1})
		}
	}
	if len(chain) == 0 {
		return nil, 0, clientCertificate.misplaced(blocks)
	}
	if chain[0].Certificate == nil {
		return nil, lost, errors.New("Go cannot parse the first certificate; a whole X.509 certificate of the client wanted")
	}
	switch chain[0].PublicKey.(type) {
	case *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey:
		return chain, lost, nil
	}
	return nil, lost, errors.New("the certificate is for a kind of key that Go's TLS does not use; one for RSA, ECDSA or Ed25519 wanted")
}
