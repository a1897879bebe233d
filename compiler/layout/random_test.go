package layout

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// TestRandom lays out documents whose layout is drawn at random, and holds them
// against the oracles of FuzzFormat. Mutated bytes rarely are YAML any more; these
// mostly are.
func TestRandom(t *testing.T) {
	const documents = 500
	read, left := 0, 0
	for seed := range uint64(documents) {
		result, found := checkRandom(t, seed)
		if len(found) == 0 {
			read++
		}
		left += len(result.Left)
	}
	if read < documents/2 || left > documents/4 {
		t.Errorf("of %d documents %d can be read and %d are left, the generator is too wild", documents, read, left)
	}
}

// FuzzRandom is TestRandom for as long as one likes.
func FuzzRandom(f *testing.F) {
	f.Add(uint64(0))
	f.Fuzz(func(t *testing.T, seed uint64) { checkRandom(t, seed) })
}

func checkRandom(t *testing.T, seed uint64) (Result, diag.List) {
	t.Helper()
	g := generator{Rand: rand.New(rand.NewPCG(seed, 1))}
	text := g.document()
	if seed%16 == 0 {
		text = inList(text)
	}
	result, found := checkFormat(t, syntax.File{Name: "x", Format: syntax.YAML, Data: []byte(text), Named: true})
	if t.Failed() {
		t.Fatalf("seed %d:\n%s", seed, text)
	}
	return result, found
}

// generator writes YAML of any layout.
type generator struct {
	*rand.Rand
	out  strings.Builder
	stop string
	// anchors are those that an alias may name, maps those of mappings.
	anchors, maps []string
}

// pick returns one of the texts.
func (g *generator) pick(texts ...string) string { return texts[g.IntN(len(texts))] }

// often is true in one of n cases.
func (g *generator) oneIn(n int) bool { return g.IntN(n) == 0 }

func (g *generator) write(texts ...string) {
	for _, text := range texts {
		g.out.WriteString(strings.ReplaceAll(text, "\n", g.stop))
	}
}

func (g *generator) indent(column int) { g.write(strings.Repeat(" ", column)) }

func (g *generator) document() string {
	g.stop = g.pick("\n", "\n", "\n", "\n", "\n", "\r\n", "\r\n", "\r")
	g.write(g.pick("", "", "", "\ufeff", "# head\n\n", "---\n", "--- # m  \n", "%YAML 1.1\n---\n"))
	column := 0
	if g.oneIn(8) {
		column = 1 + g.IntN(3)
	}
	g.between(column)
	if g.oneIn(2) {
		g.mapping(column, false, g.shuffled("validating", "mutating", "x-a", "x-b", "extra"), g.webhookField)
	} else {
		g.mapping(column, false, g.shuffled("apiVersion", "kind", "metadata", "spec", "status"), g.objectField)
	}
	g.between(column)
	text := g.out.String()
	switch g.IntN(8) {
	case 0:
		text = strings.TrimRight(text, "\r\n")
	case 1:
		text += "..." + g.stop + "# behind  " + g.stop
	case 2:
		text += "---  \nkind: Pod\napiVersion: v1\n  \n"
	case 3:
		text = "kind: Pod\napiVersion: v1\na:   \n---\n" + strings.TrimPrefix(strings.TrimPrefix(text, "\ufeff"), "%YAML 1.1"+g.stop)
	}
	return text
}

// inList puts a document into a Kubernetes List.
func inList(text string) string {
	lines := strings.SplitAfter(text, "\n")
	return "apiVersion: v1\nkind: List\nitems:\n-  " + strings.Join(lines, "   ")
}

// shuffled returns some of the keys in any order.
func (g *generator) shuffled(keys ...string) []string {
	g.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	if g.oneIn(2) {
		return keys
	}
	return keys[:max(1, len(keys)-g.IntN(3))]
}

// between writes comments and blank lines, often none.
func (g *generator) between(column int) {
	for g.oneIn(5) {
		switch g.IntN(4) {
		case 0:
			g.write(g.pick("\n", "\n", "   \n"))
		case 1:
			g.indent(g.IntN(column + 8))
			g.write(fmt.Sprintf("# %d  \n", g.IntN(1000)))
		default:
			g.indent(column)
			g.write(fmt.Sprintf("# %d: x\n", g.IntN(1000)))
		}
	}
}

// end ends a line, sometimes with a comment.
func (g *generator) end() { g.write(g.pick("", "", "", "  ", " # e", "   # e: \"f\"  ", " #"), "\n") }

// mapping writes a mapping. inline says that its first key follows on the line;
func (g *generator) mapping(column int, inline bool, keys []string, field func(key string, column int)) {
	for i, key := range keys {
		if i > 0 || !inline {
			g.between(column)
			g.indent(column)
		}
		if g.oneIn(30) {
			g.write("&k", g.pick("1", "2"), " ")
		}
		g.write(g.pick(key, key, key, `"`+key+`"`, key+" "), ":")
		field(key, column)
	}
}

func (g *generator) webhookField(key string, column int) {
	switch {
	case key == "extra" && g.oneIn(2), strings.HasPrefix(key, "x-"):
		g.any(column, 0)
	case key == "extra":
		g.scalar(column)
	default:
		g.list(column, g.webhook)
	}
}

func (g *generator) objectField(key string, column int) {
	switch key {
	case "apiVersion":
		g.write(" toolhive.stacklok.dev/v1alpha1")
		g.end()
	case "kind":
		g.write(g.pick(" MCPWebhookConfig", " MCPWebhookConfig", " MCPServer", " MCPServerEntry"))
		g.end()
	case "metadata":
		g.nested(column, g.shuffled("name", "namespace", "labels", "other"), g.any0)
	case "spec":
		g.nested(column, g.shuffled("validating", "mutating", "image"), g.webhookField)
	default:
		g.any(column, 0)
	}
}

func (g *generator) any0(_ string, column int) { g.any(column, 1) }

// property writes an anchor or a tag, mostly nothing, and returns the anchor.
func (g *generator) property(tag string) (anchor string) {
	if g.oneIn(10) {
		anchor = fmt.Sprintf("a%d", g.IntN(4))
		g.write(" &", anchor)
	}
	if g.oneIn(20) && tag != "" {
		g.write(" ", tag)
	}
	return anchor
}

// known lets aliases name an anchor from now on.
func (g *generator) known(anchor string, mapping bool) {
	g.maps = slices.DeleteFunc(g.maps, func(name string) bool { return name == anchor })
	switch {
	case anchor == "":
	case mapping:
		g.maps = append(g.maps, anchor)
		fallthrough
	default:
		g.anchors = append(g.anchors, anchor)
	}
}

// nested writes a mapping below a key.
func (g *generator) nested(column int, keys []string, field func(key string, column int)) {
	anchor := g.property("!!map")
	g.end()
	inner := column + 1 + g.IntN(4)
	g.between(inner)
	g.mapping(inner, false, keys, field)
	g.between(inner)
	g.known(anchor, true)
}

// list writes a sequence below a key.
func (g *generator) list(column int, item func(column int, inline bool)) {
	anchor := g.property("!!seq")
	g.end()
	inner := column + g.IntN(5)
	for range 1 + g.IntN(3) {
		g.between(inner)
		g.indent(inner)
		gap := 1 + g.IntN(3)
		switch g.IntN(8) {
		case 0: // on the next line
			g.write("-")
			own := g.property("")
			g.end()
			deep := inner + 1 + g.IntN(4)
			g.between(deep)
			item(deep, false)
			g.known(own, false)
		default:
			g.write("-", strings.Repeat(" ", gap))
			item(inner+1+gap, true)
		}
	}
	g.between(inner)
	g.known(anchor, false)
}

func (g *generator) webhook(column int, inline bool) {
	keys := g.shuffled("name", "url", "timeout", "failure_policy", "failurePolicy", "tls_config", "tlsConfig", "hmac_secret_ref")
	if len(g.maps) > 0 && g.oneIn(2) {
		keys = append(keys, "<<")
		g.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	}
	g.mapping(column, inline, keys, func(key string, column int) {
		switch {
		case key == "<<" && (len(g.maps) == 0 || g.oneIn(3)):
			g.write(" {timeout: 60s}")
			g.end()
		case key == "<<":
			g.write(" *", g.pick(g.maps...))
			g.end()
		case key == "timeout" && g.oneIn(2):
			g.write(g.pick(" 60s", " '1000ms'", ` "0.5m"`, " &t 90s", " 5s"))
			g.end()
		case strings.HasPrefix(key, "tls"):
			g.nested(column, g.shuffled("client_cert_path", "ca_bundle_path", "insecureSkipVerify", "caSecretRef"), g.any0)
		default:
			g.scalar(column)
		}
	})
}

// any writes any value below a key.
func (g *generator) any(column, depth int) {
	switch n := g.IntN(8); {
	case n == 0 && depth < 4:
		g.nested(column, g.shuffled("name", "b", "c"), func(_ string, column int) { g.any(column, depth+1) })
	case n == 1 && depth < 4:
		g.list(column, func(column int, inline bool) { g.item(column, inline, depth+1) })
	default:
		g.scalar(column)
	}
}

func (g *generator) item(column int, inline bool, depth int) {
	switch {
	case g.oneIn(3):
		g.mapping(column, inline, g.shuffled("a", "b"), func(_ string, column int) { g.any(column, depth+1) })
	case g.oneIn(4) && inline && depth < 4:
		g.write("- x")
		g.end()
		g.indent(column)
		g.write("-   y")
		g.end()
	case inline:
		g.write(g.pick("x", "'y'", "{a: b}", "|\n"+strings.Repeat(" ", column)+"text"))
		g.write("\n")
	default:
		g.indent(column)
		g.write("z")
		g.end()
	}
}

// scalar writes a value that is no collection in block style, below a key.
func (g *generator) scalar(column int) {
	deep := strings.Repeat(" ", column+1+g.IntN(5))
	variant := g.IntN(16)
	anchor := ""
	if variant != 8 {
		anchor = g.property(map[bool]string{variant < 4: "!!str"}[true])
	}
	g.known(anchor, false)
	switch variant {
	case 0:
		g.write(" 'a\n\n", deep, "b'")
	case 1:
		g.write(" \"a\\\n", deep, "b # no comment\"")
	case 2:
		g.write(" a b\n", deep, "c d#e\n", g.pick("", "\n"), deep, "- e")
	case 3:
		g.write(g.pick(" |", " >", " |-", " >+", " |+", " |  # h"), "\n", g.pick("", "\n"), deep, "text\n", deep, "  more  \n", g.pick("", "\n", deep+"\n", "  \n"))
		return
	case 4:
		n := 1 + g.IntN(4)
		own := strings.Repeat(" ", column+n)
		g.write(fmt.Sprintf(g.pick(" |%d", " >%d-", " |+%d"), n), "\n", g.pick("", own+"\n"), own, "  text\n", own, "x\n")
		return
	case 5:
		g.write(" [a,\n", deep, "'b', # c\n", g.pick(deep, deep, deep, deep, "  "), "{d: e, \"f\":g}   \n", deep, "]")
	case 6:
		g.write(g.pick(" {a: [b], c: {},\n", " {a: &f [b], c: *f,\n", " {? a : b,\n"), g.pick(deep, deep, deep, deep, " "), "d: 'e\n", deep, "f' }")
	case 7:
		g.write("")
	case 8:
		if len(g.anchors) > 0 {
			g.write(" *", g.pick(g.anchors...))
		}
	case 9:
		g.end()
		g.between(column + 2)
		g.write(deep, "own line\n", deep, "and more")
	case 10:
		g.end()
		g.write(deep, g.pick("[a,\n"+deep+"b]", "'q'", "&z q", "|\n"+deep+" t"))
	default:
		g.write(g.pick(" plain", " 'single'", ` "double"`, " https://a.b/c?d#e", "   wide", "\ttab", " ü"))
	}
	g.end()
}
