package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/compiler/token"
	"github.com/thvctl/thvctl/internal/pattern"
	"github.com/thvctl/thvctl/schema"
)

// key is what a key of a mapping turned out to be.
type key struct {
	// name is the field of the schema that the key stands for; empty where its
	// value is not checked.
	name string
	// claims is the field that the key was meant for, so that it is not called
	// missing as well.
	claims string
	faulty bool
	// checked says that the value was checked already, with value as what passed.
	checked bool
	value   *Value
}

// stands reports whether the key is there in place of a field.
func (k key) stands(name string) bool { return k.name == name || k.claims == name }

// resolveKeys finds out what each key of a mapping is, and reports those that
// the schema does not have. What a fix would rename is checked as if renamed.
func (w *walker) resolveKeys(n *syntax.Node, t *schema.Type, p Place, path string) resolvedKeys {
	isUnknown := func(name string) bool { return p.Field(name) == nil || w.nearField(t, name) }
	first := slices.IndexFunc(n.Entries, func(e syntax.Entry) bool { return isUnknown(e.Key.Value) })
	if first < 0 {
		return nil
	}
	keys := make(resolvedKeys, len(n.Entries))
	taken := map[string]*syntax.Node{}
	var unknown []int
	for i, e := range n.Entries {
		if i >= first && isUnknown(e.Key.Value) {
			unknown = append(unknown, i)
			continue
		}
		keys[i] = key{name: e.Key.Value}
		taken[e.Key.Value] = e.Key
	}
	for _, i := range unknown {
		e := n.Entries[i]
		k := w.unknownKey(e, t, p, taken, path)
		k.faulty = true
		if k.name != "" {
			taken[k.name] = e.Key
		}
		keys[i] = k
	}
	return keys
}

// resolvedKeys are what the keys of a mapping turned out to be, by the index of the
// entry; nil where each is a field of its own name.
type resolvedKeys []key

func (r resolvedKeys) of(i int, n *syntax.Node) key {
	if r == nil {
		return key{name: n.Entries[i].Key.Value}
	}
	return r[i]
}

// stand reports whether a key of the mapping stands there in place of a field.
func (r resolvedKeys) stand(n *syntax.Node, name string) bool {
	for i := range n.Entries {
		if k := r.of(i, n); k.stands(name) {
			return true
		}
	}
	return false
}

// nearField reports whether a key that an open struct would let pass is meant
// for one of our fields: the reader of JSON takes any letter case, and a slip of
// the pen would pass in silence.
func (w *walker) nearField(t *schema.Type, name string) bool {
	if t == nil || !t.Open || t.Field(name) != nil {
		return false
	}
	if spelled(t.Elsewhere, name) != nil {
		return true
	}
	for _, f := range t.Fields {
		if strings.EqualFold(f.Name, name) || slices.ContainsFunc(f.Spellings, func(s schema.Spelling) bool { return strings.EqualFold(s.Key, name) }) ||
			len(f.Name) >= 13 && diag.Distance(strings.ToLower(f.Name), strings.ToLower(name)) <= 2 {
			return true
		}
	}
	return false
}

func spelled(spellings []schema.Spelling, name string) *schema.Spelling {
	i := slices.IndexFunc(spellings, func(s schema.Spelling) bool { return s.Key == name })
	if i < 0 {
		return nil
	}
	return &spellings[i]
}

// plainKey matches what people write for a key.
var plainKey = pattern.Lazy(`^[A-Za-z_$][A-Za-z0-9_./-]{0,62}$`)

func (w *walker) unknownKey(e syntax.Entry, t *schema.Type, p Place, taken map[string]*syntax.Node, path string) key {
	if !plainKey().MatchString(e.Key.Value) || token.HighEntropy(e.Key.Value) {
		e.Key.Hide() // it may be a secret in the wrong place
	}
	if t == nil {
		w.unknownField(e.Key, nil, false, nil, path)
		e.Value.HideAll()
		return key{}
	}
	for i := range t.Fields {
		if s := spelled(t.Fields[i].Spellings, e.Key.Value); s != nil {
			return w.otherDialect(e, t, p, *s, t.Fields[i].Name, taken, path)
		}
	}
	if s := spelled(t.Elsewhere, e.Key.Value); s != nil {
		return w.otherDialect(e, t, p, *s, s.Path, taken, path)
	}
	near, sure := nearest(t, e.Key.Value)
	if w.doc.Format == syntax.JSON && len(near) > 0 && strings.EqualFold(near[0], e.Key.Value) {
		if first := taken[near[0]]; first != nil {
			w.foldedDuplicate(first, e.Key, path)
			return key{claims: near[0]}
		}
	}
	w.unknownField(e.Key, near, sure, taken, path)
	renamed := sure && taken[near[0]] == nil && p.Field(near[0]) != nil
	if !renamed || !w.isHarmless(e.Value, t, p, near[0]) {
		e.Value.HideAll() // nobody knows what it is, and it may be secret
	}
	if renamed {
		return key{name: near[0]}
	}
	return key{}
}

// isHarmless reports whether the value of a misspelt field may be shown: what is
// inside a mapping or list is judged by its own keys, and a name or a timeout is
// one if it passes for it.
func (w *walker) isHarmless(n *syntax.Node, t *schema.Type, p Place, field string) bool {
	switch field {
	case "name", "url", "timeout", "failure_policy", "failurePolicy":
		probe := walker{doc: w.doc, kind: w.kind, kubernetes: w.kubernetes}
		probe.value(n, fieldType(t, field), p.Field(field), "")
		return len(probe.found) == 0 && !token.IsNoName(n.Value)
	}
	return n.Kind == syntax.List || n.Kind == syntax.Map
}

// foldedDuplicate reports two JSON keys that ToolHive's reader takes for one.
func (w *walker) foldedDuplicate(a, b *syntax.Node, path string) {
	first, second := a, b
	if first.Start > second.Start {
		first, second = second, first
	}
	d := w.doc.KeyDiagnostic(diag.DuplicateKey, second, syntax.JoinKey(path, second.Value),
		fmt.Sprintf("found the keys %q and %q in one mapping, ToolHive reads JSON keys in any letter case and the last one wins", first.Value, second.Value))
	d.Related = append(d.Related, diag.Related{Span: first.Span(), Message: "first here"})
	w.add(d)
}

func (w *walker) unknownField(k *syntax.Node, near []string, sure bool, taken map[string]*syntax.Node, path string) {
	message := "unknown field " + k.Show()
	if len(near) > 0 {
		message += fmt.Sprintf(", did you mean %s", orList(near))
	}
	d := w.doc.KeyDiagnostic(diag.UnknownField, k, syntax.JoinKey(path, k.Value), message)
	if sure && taken[near[0]] == nil {
		d.Fix = w.offered(renameFix(k, near[0]), k)
	}
	w.add(d)
}

func orList(values []string) string { return strings.Join(quoteAll(values), " or ") }

// otherDialect reports a key of another dialect. Where the key is all that
// differs, its value is checked as if it were renamed; otherwise the value is
// left unchecked, because it will not stay.
func (w *walker) otherDialect(e syntax.Entry, t *schema.Type, p Place, s schema.Spelling, target string, taken map[string]*syntax.Node, path string) key {
	w.dialects++
	at := syntax.JoinKey(path, e.Key.Value)
	message := fmt.Sprintf("%q is the spelling of %s, %s spells it %q", e.Key.Value, s.Title(), w.here(), target)
	if s.Path == "" && taken[target] == nil && p.Field(target) != nil {
		probe := walker{doc: w.doc, kind: w.kind, kubernetes: w.kubernetes}
		value, _ := probe.value(e.Value, fieldType(t, target), p.Field(target), at)
		if probe.dialects == 0 && !probe.mistyped(at) {
			d := w.doc.KeyDiagnostic(diag.WrongDialect, e.Key, at, message)
			d.Fix = w.offered(renameFix(e.Key, target), e.Key)
			w.add(d)
			w.found = append(w.found, probe.found...)
			w.inexact = w.inexact || probe.inexact
			return key{name: target, checked: true, value: value}
		}
	}
	w.inexact = true
	if s.Dialect == "none" && s.Path != "" {
		w.add(w.doc.KeyDiagnostic(diag.WrongDialect, e.Key, at, fmt.Sprintf("found %q, which belongs into %q", e.Key.Value, s.Beside())))
		return key{}
	}
	if s.Path == "" && taken[target] != nil {
		message += ", which stands here too"
	} else {
		message += " and its value differently"
		if s.Dialect != "kubernetes" && !w.kind.IsHeaderOwner() {
			message += " (thvctl convert rewrites it)"
		}
	}
	w.add(w.doc.KeyDiagnostic(diag.WrongDialect, e.Key, at, message))
	claimed, _, _ := strings.Cut(target, ".")
	return key{claims: claimed}
}

// mistyped reports whether the very value at a path has the shape of another
// dialect.
func (w *walker) mistyped(path string) bool {
	path = w.doc.ShownPath(path) // as findings have it
	return slices.ContainsFunc(w.found, func(d diag.Diagnostic) bool {
		return d.Path == path && (d.Rule.ID == diag.WrongType.ID || d.Rule.ID == diag.BadSecretRef.ID)
	})
}

// here names the kind of document at hand.
func (w *walker) here() string {
	switch w.kind {
	case model.MCPWebhookConfig, model.MCPServer, model.MCPServerEntry, model.MCPRemoteProxy:
		return "an " + w.kind.String()
	}
	return "a " + w.kind.String()
}

// nearest returns the fields that a key may have been meant for: those that
// differ in case or separators alone, otherwise those within a few edits, or that
// go on where the key ends. sure says that there is one, and so near that nothing
// else can be meant.
func nearest(t *schema.Type, name string) (near []string, sure bool) {
	var folded, close, far []string
	plain := strings.NewReplacer("_", "", "-", "")
	fold := func(text string) string { return strings.ToLower(plain.Replace(text)) }
	for _, f := range t.Fields {
		edits := diag.Distance(strings.ToLower(f.Name), strings.ToLower(name))
		switch {
		case fold(f.Name) == fold(name), slices.ContainsFunc(f.Spellings, func(s schema.Spelling) bool { return fold(s.Key) == fold(name) }):
			folded = append(folded, f.Name)
		case edits <= min(2, max(1, len(f.Name)/3)):
			close = append(close, f.Name)
		case strings.HasPrefix(fold(f.Name), fold(name)) && len(name)*3 >= len(f.Name)*2:
			close = append(close, f.Name)
		case strings.HasPrefix(fold(f.Name), fold(name)) && len(name) >= 3, edits == 3 && len(f.Name) >= 12, diag.Distance(fold(f.Name), fold(name)) <= 2 && len(f.Name) >= 8:
			far = append(far, f.Name)
		}
	}
	for _, found := range [][]string{folded, close} {
		if len(found) > 0 {
			return found, len(found) == 1
		}
	}
	return far, false
}
