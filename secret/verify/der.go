package verify

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
)

// derKind is what a value in DER is, in words.
type derKind string

const (
	derCertificate  derKind = "a certificate"
	derKey          derKind = "a private key"
	derEncryptedKey derKind = "an encrypted private key"
	derPKCS7        derKind = "PKCS #7"
	derPKCS12       derKind = "PKCS #12"
	derOther        derKind = "something else"
)

// pkcs7 begins the object identifiers of PKCS #7, 1.2.840.113549.1.7 (RFC 2315).
var pkcs7 = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7}

// derKindOf returns what a value in DER is, and "" for one that is not in DER. What Go
// does not parse it tells apart by its outermost elements.
func derKindOf(data []byte) derKind {
	parts, ok := elements(data)
	if !ok || len(parts) == 0 {
		return ""
	}
	if _, err := x509.ParseCertificate(data); err == nil {
		return derCertificate
	}
	if parseKey(data) != nil {
		return derKey
	}
	if isPKCS7(parts) {
		return derPKCS7
	}
	if len(parts) < 2 {
		return derOther
	}
	inner, _ := elements(parts[1].FullBytes)
	switch {
	case parts[0].Tag == asn1.TagInteger && isPKCS7(inner): // PFX of RFC 7292
		return derPKCS12
	case parts[0].Tag == asn1.TagSequence && parts[1].Tag == asn1.TagOctetString: // RFC 5208, 6
		return derEncryptedKey
	}
	return derOther
}

func isPKCS7(parts []asn1.RawValue) bool {
	return len(parts) > 0 && parts[0].Tag == asn1.TagOID && bytes.HasPrefix(parts[0].Bytes, pkcs7)
}

// elements returns up to three elements of a SEQUENCE that fills the data.
func elements(data []byte) (parts []asn1.RawValue, ok bool) {
	var sequence asn1.RawValue
	rest, err := asn1.Unmarshal(data, &sequence)
	if err != nil || len(rest) > 0 || sequence.Class != asn1.ClassUniversal || sequence.Tag != asn1.TagSequence {
		return nil, false
	}
	for rest = sequence.Bytes; len(rest) > 0 && len(parts) < 3; {
		var part asn1.RawValue
		if rest, err = asn1.Unmarshal(rest, &part); err != nil {
			return nil, false
		}
		parts = append(parts, part)
	}
	return parts, true
}
