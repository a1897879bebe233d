package verify

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

var word = regexp.MustCompile(`\pL+`)

// ownWords are the words of the package's string literals.
var ownWords = sync.OnceValues(func() (map[string]bool, error) {
	words := map[string]bool{}
	entries, err := os.ReadDir(".")
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), entry.Name(), nil, 0)
		if err != nil {
			return nil, err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				text, _ := strconv.Unquote(literal.Value)
				for _, w := range word.FindAllString(text, -1) {
					words[w] = true
					words[w+"s"] = true // quantity adds it
				}
			}
			return true
		})
	}
	return words, err
})

// plain is what a message is made of beside words. Seven digits are the size of a
// value, at most, and a date has groups of four.
var plain = regexp.MustCompile(`^[ -~]*$`)
var long = regexp.MustCompile(`[0-9]{8}`)

// requireOwnWords demands that messages say nothing that is not written in this
// package, numbers aside. So they say nothing of a value, whatever stands in it.
func requireOwnWords(t *testing.T, messages []string) {
	t.Helper()
	words, err := ownWords()
	if err != nil {
		t.Fatal(err)
	}
	for _, message := range messages {
		if !plain.MatchString(message) || long.MatchString(message) {
			t.Errorf("%q has more than words and small numbers", message)
		}
		for _, w := range word.FindAllString(message[2:], -1) {
			if !words[w] {
				t.Errorf("%q says %q, which is no word of ours", message, w)
			}
		}
	}
}
