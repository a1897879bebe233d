// Package verify judges the value of a secret by what the secret is for. It does no
// input or output, and takes the time as an argument.
//
// It is the only package that looks at values. What it says of one is made of its own
// words, sizes, counts and dates. Even the type that a PEM block claims is only looked
// up, because anything can stand there.
package verify

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/thvctl/thvctl/secret"
)

// Fault is what is wrong with a value.
type Fault struct {
	// Severe says that a connection, a request or a signature fails, now or on the next
	// renewal; the others are warnings.
	Severe bool
	// Message says what was found, then what is wanted.
	Message string
}

// Value judges one value by its purpose, the severe faults first. There is at most one
// fault of each kind, however large the value. A value that is not set is judged as
// an empty one. It panics on a purpose that package secret does not name.
func Value(purpose secret.Purpose, value secret.Value, now time.Time) []Fault {
	data := value.Reveal()
	var found faults
	switch purpose {
	case secret.HMAC:
		found.judgeHMAC(data)
	case secret.CA:
		found.judgeBundle(data, now)
	case secret.ClientCert:
		found.judgeClientCertificate(data, now)
	case secret.ClientKey:
		if _, err := readKey(data); err != nil {
			found.add(true, "%v", err)
		}
	case secret.Header:
		found.judgeHeader(data)
	default:
		panic(fmt.Sprintf("verify: no judge for the purpose %q", purpose))
	}
	slices.SortStableFunc(found, func(a, b Fault) int { return cmp.Compare(rank(a), rank(b)) })
	return found
}

func rank(f Fault) int {
	if f.Severe {
		return 0
	}
	return 1
}

// faults adds up what is wrong with a value.
type faults []Fault

func (f *faults) add(severe bool, format string, args ...any) {
	*f = append(*f, Fault{severe, fmt.Sprintf(format, args...)})
}

// quantity returns a count with its noun, such as "1 byte" or "2 bytes".
func quantity(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

// enumerate joins words as a sentence does: "a, b and c".
func enumerate(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
