// Package pattern has regular expressions that cost nothing until they are used: of the
// time that thvctl takes to start, compiling all of them was an eighth.
package pattern

import (
	"regexp"
	"sync"
)

// Lazy returns what compiles an expression when it is first called, and panics then if it
// is none.
func Lazy(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
