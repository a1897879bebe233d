package verify

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"time"
)

// handmade is how many certificates a bundle may hold for somebody to look after each.
// In the bundle of an operating system, with more than a hundred, some have always
// expired.
const handmade = 10

// judgeBundle judges certificates that are trusted, as a tls.Config with a pool of
// them would take them.
func (f *faults) judgeBundle(data []byte, now time.Time) {
	blocks, lost := decode(data)
	if len(blocks) == 0 {
		f.add(true, "%v", caBundle.unreadable(data))
		return
	}
	f.judgeLost(caBundle, lost)
	trusted, total := f.pooled(blocks)
	expired, early, usable := trusted.byDate(now)
	if dead := len(usable) == 0; dead || total <= handmade {
		f.judgeExpired(dead, expired, total, now)
		f.judgeEarly(dead, early, total, now)
		f.judgeSoon(usable, total, now)
	}
	f.judgeAuthority(trusted, total)
}

// pooled returns the certificates that x509.CertPool.AppendCertsFromPEM takes, and how
// many blocks claim to be one. It skips all others without a word.
func (f *faults) pooled(blocks []*pem.Block) (trusted group, total int) {
	var others []*pem.Block
	var unparsed, headed []int
	for _, block := range blocks {
		if block.Type != "CERTIFICATE" {
			others = append(others, block)
			continue
		}
		total++
		certificate, err := x509.ParseCertificate(block.Bytes)
		switch {
		case err != nil:
			unparsed = append(unparsed, total)
		case len(block.Headers) > 0:
			headed = append(headed, total)
		default:
			trusted = append(trusted, numbered{certificate, total})
		}
	}
	f.judgeOthers(others, total)
	if len(unparsed) > 0 {
		f.add(true, "Go cannot parse %s of the CA bundle, and skips what it cannot parse; whole X.509 certificates wanted", someOf(unparsed, total))
	}
	if len(headed) > 0 {
		f.add(true, "found PEM headers in %s of the CA bundle, and Go skips what has any; take the lines between BEGIN and the base64 out", someOf(headed, total))
	}
	return trusted, total
}

// judgeOthers judges the blocks of a bundle that are no certificates.
func (f *faults) judgeOthers(others []*pem.Block, certificates int) {
	if len(others) == 0 {
		return
	}
	if certificates == 0 {
		f.add(true, "%v", caBundle.misplaced(others))
		return
	}
	f.add(false, "the CA bundle holds %s beside its certificates, and Go skips that; certificates alone wanted%s", enumerate(kinds(others)), caBundle.hint(others))
}

// judgeAuthority judges whether the certificates may sign others. A pool with one that
// may not accepts that very certificate from a server, and no successor of it.
func (f *faults) judgeAuthority(trusted group, total int) {
	var leaves group
	foreign := false
	for _, certificate := range trusted {
		if !isAuthority(certificate.Certificate) {
			leaves = append(leaves, certificate)
			foreign = foreign || certificate.Version == 3 && !isSelfIssued(certificate.Certificate)
		}
	}
	const effect = "that works only while the webhook shows this very certificate, and breaks when it is renewed"
	switch {
	case len(leaves) == 0:
	case len(leaves) < len(trusted):
		f.add(false, "%s cannot sign others, beside CAs: %s; CAs alone wanted", leaves.named(total), effect)
	case foreign:
		f.add(true, "%s cannot sign others, and another issued it: %s; put the certificate of the issuing CA here", leaves.named(total), effect)
	default:
		f.add(false, "%s cannot sign others, as it is not marked as a CA: %s; a CA (basic constraint CA:TRUE) wanted", leaves.named(total), effect)
	}
}

// isAuthority reports whether Go lets a certificate sign others, by the conditions of
// x509.Certificate.CheckSignatureFrom. Those let every certificate of version 1 do so,
// since it has no extensions; only one that issued itself is taken for a CA here.
func isAuthority(c *x509.Certificate) bool {
	if c.KeyUsage != 0 && c.KeyUsage&x509.KeyUsageCertSign == 0 {
		return false
	}
	if c.BasicConstraintsValid {
		return c.IsCA
	}
	return c.Version != 3 && isSelfIssued(c)
}

func isSelfIssued(c *x509.Certificate) bool { return bytes.Equal(c.RawIssuer, c.RawSubject) }
