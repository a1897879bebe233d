package suppress

import "encoding/hex"

// Baseline is a set of fingerprints, as [Fingerprints] gives them. It may be made, and
// added to.
type Baseline map[[16]byte]struct{}

// Add adds a fingerprint. A text that is none is that of no finding.
func (b Baseline) Add(fingerprint string) {
	if key, ok := baselineKey(fingerprint); ok {
		b[key] = struct{}{}
	}
}

func (b Baseline) has(fingerprint string) bool {
	key, ok := baselineKey(fingerprint)
	if !ok {
		return false
	}
	_, known := b[key]
	return known
}

func baselineKey(fingerprint string) (key [16]byte, ok bool) {
	if len(fingerprint) != 2*len(key) {
		return key, false
	}
	_, err := hex.Decode(key[:], []byte(fingerprint))
	return key, err == nil
}
