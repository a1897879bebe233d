package token

import (
	"strings"

	"github.com/thvctl/thvctl/internal/pattern"
)

// The statistic tells made-up names from random texts by what people do and
// generators do not: names are of words, of one letter case but for the capital
// that begins one, and a number stands at the end of a word. A random text changes
// between small letters, capitals and digits all the time. No corpus stands behind
// it; the bounds are those at which the names of disorder_test.go stay silent and
// the most of its secrets are found. Shannon's entropy alone cannot tell the two
// apart: a name of 24 characters has as much as 24 hexadecimal digits.
const (
	// leastSecret is how many characters a secret has, leastPassword one with
	// punctuation.
	leastSecret   = 16
	leastPassword = 12
	// leastHex is how many hexadecimal digits make a key; fewer are an identifier.
	leastHex = 32
	// leastHexEntropy, in bits a character, leaves out zeros and counters.
	leastHexEntropy = 2.7
	// leastPiece is how long the longest piece of a secret is, leastMixed where it
	// has both letter cases. Kubernetes and kustomize append up to 10 characters to
	// names, in one letter case, and AWS up to 8.
	leastPiece, leastMixed = 13, 8
	// leastShare is how much of a text is random at least.
	leastShare = 0.7
	// A piece is random with so many breaks a character, and more the more of it
	// are words.
	leastBreaks, breaksForWords = 0.08, 0.45
	// passwordBreaks is the same for a password, with its punctuation.
	passwordBreaks = 0.4
)

// HighEntropy reports whether a value, taken as a whole, is too disordered for a
// name, a path or an identifier. It is the last resort: of random keys of 24
// characters it finds about nine in ten, of longer ones more.
func HighEntropy(text string) bool {
	if len(text) < leastPassword || len(text) > longestWord || isOfShortPieces(text) {
		return false
	}
	if len(text) >= leastHex && isHex(text) {
		return entropy(text) > leastHexEntropy
	}
	if isPlain(text) {
		return false
	}
	// The second look at the pieces costs more than the first.
	random := isRandom(text, isDisordered) && isRandom(text, isDisorderedBesideShorthand)
	return (random || hasKey(text) || isPassword(text)) && !orderly().MatchString(text)
}

// isOfShortPieces reports whether a text has no capitals, nothing beyond ASCII, and no
// piece that is long enough for a secret. Most names are such, and it costs little to
// see.
func isOfShortPieces(text string) bool {
	piece := 0
	for i := range len(text) {
		switch b := text[i]; {
		case b >= 'a' && b <= 'z', b >= '0' && b <= '9', b == '+', b == '=':
			if piece++; piece >= leastPiece {
				return false
			}
		case b >= 'A' && b <= 'Z', b > 0x7F:
			return false
		default:
			piece = 0
		}
	}
	return true
}

// hasKey reports whether a piece of a text is a key in hexadecimal digits. Behind a
// word it is rather the commit or the digest of what the word names, and in a path
// what the path is addressed by.
func hasKey(text string) bool {
	if strings.Contains(text, "/") {
		return false
	}
	at := 0
	for piece := range strings.FieldsFuncSeq(text, isSeparator) {
		at += strings.Index(text[at:], piece)
		if len(piece) >= leastHex && isHex(piece) && entropy(piece) > leastHexEntropy {
			return !hasWord(text[:at])
		}
		at += len(piece)
	}
	return false
}

// hasWord reports whether a text has a word of four letters or the name of a digest.
func hasWord(text string) bool {
	for at := 0; at < len(text); {
		n, letters := run(text[at:])
		if word := text[at : at+n]; letters && (n >= 4 && isPronounceable(word) || strings.EqualFold(word, "sha")) {
			return true
		}
		at += n
	}
	return false
}

// machineMade matches what programs make and nobody gives a secret for a name: UUIDs,
// long numbers, and addresses with a password.
var machineMade = pattern.Lazy(`^(?i)(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9]{16,}|[a-z][a-z0-9+.-]*://[^/@]*:[^/@]*@.*)$`)

// IsNoName reports whether a value is hardly the name that a person gave a secret:
// what [HighEntropy] finds, and UUIDs, long numbers and addresses with a password.
func IsNoName(text string) bool {
	return HighEntropy(text) || len(text) >= leastSecret && len(text) <= longestWord && mayBeMachineMade(text) && machineMade().MatchString(text)
}

// mayBeMachineMade reports whether a text has what all that machineMade matches has: the
// length of a UUID, digits alone, or the mark of an address.
func mayBeMachineMade(text string) bool {
	const uuid = 36
	return len(text) == uuid || strings.Contains(text, "://") || strings.Trim(text, "0123456789") == ""
}

// isPlain reports whether a text has no digits and one letter case alone, which
// costs little to see and holds for most names.
func isPlain(text string) bool {
	digits := strings.ContainsAny(text, "0123456789")
	return !digits && (strings.ToLower(text) == text || strings.ToUpper(text) == text)
}

// orderly matches what is disordered and yet no secret: digests, URLs and other
// references with a scheme, UUIDs, ULIDs, host names, templates, and what has spaces.
var orderly = pattern.Lazy(`^(?:[A-Za-z]{3,}-)*[0-7](?:[0-9A-HJKMNP-TV-Z]{25}|[0-9a-hjkmnp-tv-z]{25})$` +
	`|^(?i)(?:sha(?:1|224|256|384|512)[:-]|(?:arn|urn):|[a-z][a-z0-9+.-]*://)` +
	`|^(?i)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$` +
	`|^(?:[a-z0-9-]+\.){2,}[a-z]{2,}(?::[0-9]+)?$` +
	`|\$\(|\{\{|\$\{|^<.*>$|\s`)

func isHex(text string) bool {
	return strings.Trim(text, "0123456789abcdef") == "" || strings.Trim(text, "0123456789ABCDEF") == ""
}

// isRandom reports whether the pieces of a text between separators are mostly
// random, which a piece is that is disordered.
func isRandom(text string, disordered func(piece string) bool) bool {
	random, all, long := 0, 0, false
	for piece := range strings.FieldsFuncSeq(text, isSeparator) {
		all += len(piece)
		if len(piece) < 5 || !disordered(piece) || isHex(piece) {
			continue
		}
		random += len(piece)
		mixed := piece != strings.ToLower(piece) && piece != strings.ToUpper(piece)
		long = long || len(piece) >= leastPiece || mixed && len(piece) >= leastMixed
	}
	return long && random >= leastSecret && float64(random) >= leastShare*float64(all)
}

func isSeparator(r rune) bool { return r > 0x7F || classOf(byte(r)) == other }

// shorthand matches words that have digits in them and yet no disorder: versions of
// APIs, zones, and abbreviations.
var shorthand = pattern.Lazy(`(?i)v[0-9]{1,2}(?:alpha|beta)[0-9]{1,2}|k[38]s|i18n|l10n|az[0-9]`)

func isDisorderedBesideShorthand(piece string) bool {
	return isDisordered(shorthand().ReplaceAllString(piece, ""))
}

func isDisordered(piece string) bool {
	breaks, words := measure(piece)
	return breaks >= 3 && float64(breaks) >= leastBreaks*float64(len(piece))+breaksForWords*float64(words)
}

// isPassword reports whether a text has characters of all kinds and no order.
func isPassword(text string) bool {
	var seen [classes]bool
	punctuation := false
	for i := range len(text) {
		seen[classOf(text[i])] = true
		punctuation = punctuation || text[i] > ' ' && text[i] < 0x7F && !isAlphanumeric(text[i]) && !strings.ContainsRune("-_./:,@~#=+", rune(text[i]))
	}
	if !punctuation || !seen[small] || !seen[capital] || !seen[digit] {
		return false
	}
	breaks, _ := measure(text)
	return float64(breaks) >= passwordBreaks*float64(len(text))
}

// class is what a character is to the statistic.
type class uint8

const (
	other class = iota
	small
	capital
	digit
	symbol // of base64
	classes
)

func classOf(b byte) class {
	switch {
	case 'a' <= b && b <= 'z':
		return small
	case 'A' <= b && b <= 'Z':
		return capital
	case '0' <= b && b <= '9':
		return digit
	case b == '+' || b == '=':
		return symbol
	}
	return other
}

// measure counts the breaks of a text, which are the borders between runs of
// which one is shorter than three characters, and the characters that are in
// words.
func measure(text string) (breaks, words int) {
	before := 0
	for at := 0; at < len(text); {
		n, letters := run(text[at:])
		if before > 0 && (before < 3 || n < 3) {
			breaks++
		}
		if letters && isPronounceable(text[at:at+n]) {
			words += n
		}
		before = n
		at += n
	}
	return breaks, words
}

// run returns how many characters at the start of a text are of one class. A
// capital belongs to the small letters behind it.
func run(text string) (n int, letters bool) {
	first := classOf(text[0])
	for n < len(text) && classOf(text[n]) == first {
		n++
	}
	if first == capital && n < len(text) && classOf(text[n]) == small {
		if n > 1 {
			return n - 1, true
		}
		for n < len(text) && classOf(text[n]) == small {
			n++
		}
	}
	return n, first == small || first == capital
}

// isPronounceable reports whether letters can be a word: there are vowels enough
// and not too many, and no more than two consonants in a row, three in a long word
// of small letters.
func isPronounceable(letters string) bool {
	least, mostConsonants := 4, 2
	if classOf(letters[len(letters)-1]) == small {
		mostConsonants += len(letters) / 8
		if classOf(letters[0]) == capital {
			least = 3
		}
	}
	vowels, consonants := 0, 0
	for i := range len(letters) {
		if strings.IndexByte("aeiouyAEIOUY", letters[i]) >= 0 {
			vowels++
			consonants = 0
			continue
		}
		if consonants++; consonants > mostConsonants {
			return false
		}
	}
	return len(letters) >= least && 5*vowels >= len(letters) && 3*vowels <= 2*len(letters)
}
