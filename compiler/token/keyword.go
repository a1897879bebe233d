package token

import (
	"slices"
	"strings"
	"sync"
)

// maxClasses is how many different bytes keywords may have, letters of both
// cases being one.
const maxClasses = 64

// index finds keywords by their first two bytes.
type index struct {
	// classes number the bytes of keywords from 1; all others are 0.
	classes [256]uint8
	// pairs number the pairs of classes that a keyword begins with, from 1.
	pairs   [maxClasses * maxClasses]uint8
	buckets [][]keyword
}

// keyword is a text, in lower case, without which a shape is not looked for.
type keyword struct {
	text  string
	shape int
}

// keywords is the index of all shapes, built when it is first asked for.
var keywords = sync.OnceValue(func() *index {
	x := &index{buckets: make([][]keyword, 1)}
	for i := range len(generated) + len(own) {
		for _, text := range shapeOf(i).Keywords {
			x.add(keyword{text, i})
		}
	}
	for i, s := range special {
		x.add(keyword{s.keyword, len(generated) + len(own) + i})
	}
	return x
})

func (x *index) add(k keyword) {
	pair := int(x.class(k.text[0]))*maxClasses + int(x.class(k.text[1]))
	if x.pairs[pair] == 0 {
		x.pairs[pair] = uint8(len(x.buckets))
		x.buckets = append(x.buckets, nil)
	}
	bucket := x.pairs[pair]
	x.buckets[bucket] = append(x.buckets[bucket], k)
}

// class returns the number of a byte of a keyword, a new one if it has none yet.
func (x *index) class(b byte) uint8 {
	if x.classes[b] == 0 {
		class := 1 + slices.Max(x.classes[:])
		x.classes[b] = class
		x.classes[strings.ToUpper(string(b))[0]] = class
	}
	return x.classes[b]
}

// bucket returns the keywords that may stand behind a pair of bytes.
func (x *index) bucket(a, b byte) []keyword {
	return x.buckets[x.pairs[int(x.classes[a])*maxClasses+int(x.classes[b])]]
}

// next returns the offset of the first keyword that stands at from or behind it,
// or -1.
func (x *index) next(text string, from int) int {
	pair := 0
	for i := from; i < len(text); i++ {
		pair = (pair*maxClasses + int(x.classes[text[i]])) % (maxClasses * maxClasses)
		bucket := x.pairs[pair]
		if bucket == 0 || i == from {
			continue
		}
		for _, k := range x.buckets[bucket] {
			if hasPrefix(text[i-1:], k.text) {
				return i - 1
			}
		}
	}
	return -1
}

// hasPrefix reports whether a text begins with a keyword in any letter case.
func hasPrefix(text, keyword string) bool {
	if len(text) < len(keyword) {
		return false
	}
	for i := range len(keyword) {
		b := text[i]
		if 'A' <= b && b <= 'Z' {
			b |= 0x20
		}
		if b != keyword[i] {
			return false
		}
	}
	return true
}
