package verify

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/secret"
)

// maxKey bounds a private key in DER, in bytes: RSA with 16,384 bits needs 9,300. The
// time that Go takes to parse one grows with the cube of its size.
const maxKey = 16 << 10

// signer is a private key that TLS can use.
type signer interface {
	Public() crypto.PublicKey
}

// Pair judges whether a private key belongs to a client certificate. It finds nothing
// where one of them is faulty by itself, which [Value] reports.
func Pair(certificate, key secret.Value) []Fault {
	chain, _, err := readChain(certificate.Reveal())
	if err != nil {
		return nil
	}
	private, err := readKey(key.Reveal())
	if err != nil {
		return nil
	}
	i := slices.IndexFunc(chain, func(c numbered) bool { return c.Certificate != nil && belongs(private, c.PublicKey) })
	var found faults
	switch {
	case i > 0:
		found.add(true, "the key belongs to certificate %d of %d; the certificate of the key must be the first", i+1, len(chain))
	case i < 0:
		found.add(true, "the private key (%s) does not match the certificate (%s); take the two that were made together", algorithm(private.Public()), algorithm(chain[0].PublicKey))
	}
	return found
}

// belongs reports whether a private key has the public key of a certificate.
func belongs(private signer, public crypto.PublicKey) bool {
	own, ok := private.Public().(interface{ Equal(crypto.PublicKey) bool })
	return ok && own.Equal(public)
}

// readKey reads the private key that tls.X509KeyPair would take, which is the first.
// The error says why there is none, in our own words.
func readKey(data []byte) (signer, error) {
	blocks, _ := decode(data)
	if len(blocks) == 0 {
		return nil, clientKey.unreadable(data)
	}
	i := slices.IndexFunc(blocks, isKey)
	if i < 0 {
		return nil, clientKey.misplaced(blocks)
	}
	if key := parseKey(blocks[i].Bytes); key != nil {
		return key, nil
	}
	return nil, unparsedKey(blocks[i])
}

// unparsedKey says why a block is no key that TLS can use.
func unparsedKey(block *pem.Block) error {
	_, legacy := block.Headers["DEK-Info"]
	switch {
	case len(block.Bytes) > maxKey:
		return fmt.Errorf("found a private key of %d bytes; at most %d are wanted", len(block.Bytes), maxKey)
	case legacy, block.Type == "ENCRYPTED PRIVATE KEY", strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"):
		return errors.New("the private key is encrypted, and ToolHive has no passphrase for it; write it in plain: openssl pkey -in FILE")
	case block.Type == "OPENSSH PRIVATE KEY":
		return errors.New("the private key is in the format of OpenSSH; PKCS #8 is wanted, which this makes of a copy: ssh-keygen -p -m PKCS8 -N '' -f COPY (where that leaves an Ed25519 key as it is, make a new one)")
	case block.Type == "DSA PRIVATE KEY":
		return errors.New("found a DSA key, which Go's TLS does not use; an RSA, ECDSA or Ed25519 key is wanted")
	}
	return errors.New("Go cannot parse the private key; a whole RSA, ECDSA (P-256, P-384, P-521) or Ed25519 key is wanted")
}

// parseKey parses a private key in DER, in the three forms that crypto/tls knows. It
// returns nil for anything else.
func parseKey(der []byte) signer {
	if len(der) > maxKey {
		return nil
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key
	}
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		switch key := key.(type) {
		case *rsa.PrivateKey:
			return key
		case *ecdsa.PrivateKey:
			return key
		case ed25519.PrivateKey:
			return key
		}
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key
	}
	return nil
}

// algorithm names the kind of a public key.
func algorithm(public crypto.PublicKey) string {
	switch public.(type) {
	case *rsa.PublicKey:
		return "RSA"
	case *ecdsa.PublicKey:
		return "ECDSA"
	}
	return "Ed25519"
}
