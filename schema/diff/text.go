package diff

import (
	"slices"
	"strconv"
	"strings"
)

// writer writes schemas as JSON without their annotations, and with what they refer to
// in the place of references, so that schemas with one text accept the same.
type writer struct {
	tree *tree
	// open are the schemas that are being written, with their depth. One that is
	// reached again is written as its depth.
	open map[*schema]int
}

func (t *tree) writer() writer { return writer{t, map[*schema]int{}} }

// text returns a schema as text.
func (t *tree) text(s *schema) string { return t.writer().schema(s, 0) }

// together returns the text of some keywords of a schema.
func (t *tree) together(s *schema, keywords ...string) string {
	return t.text(&schema{data: pick(s.data, keywords), one: pick(s.one, keywords), list: pick(s.list, keywords), named: pick(s.named, keywords)})
}

func pick[V any](m map[string]V, keys []string) map[string]V {
	out := map[string]V{}
	for _, key := range keys {
		if value, present := m[key]; present {
			out[key] = value
		}
	}
	return out
}

// unordered returns schemas, whose order says nothing, as text.
func (t *tree) unordered(parts []*schema) string { return t.writer().list(parts, true, 0) }

func (w writer) schema(s *schema, depth int) string {
	if at, again := w.open[s]; again {
		return `{"$ref":` + strconv.Itoa(at) + `}`
	}
	if s.never {
		return "false"
	}
	w.open[s] = depth
	defer delete(w.open, s)
	members := map[string]string{}
	for keyword, value := range s.data {
		members[keyword] = jsonText(inOrder(keyword, value))
	}
	if target := w.tree.target(s); target != nil {
		if s.says == 1 {
			return w.schema(target, depth)
		}
		members["$ref"] = w.schema(target, depth+1)
	}
	for keyword, part := range s.one {
		members[keyword] = w.schema(part, depth+1)
	}
	for keyword, parts := range s.list {
		members[keyword] = w.list(parts, keyword != "prefixItems", depth+1)
	}
	for keyword, parts := range s.named {
		if !annotations[keyword] {
			named := map[string]string{}
			for name, part := range parts {
				named[name] = w.schema(part, depth+1)
			}
			members[keyword] = w.object(named)
		}
	}
	return w.object(members)
}

func (w writer) list(parts []*schema, unordered bool, depth int) string {
	var items []string
	for _, part := range parts {
		items = append(items, w.schema(part, depth))
	}
	if unordered {
		slices.Sort(items)
	}
	return w.spent("[" + strings.Join(items, ",") + "]")
}

func (w writer) object(members map[string]string) string {
	var items []string
	for _, key := range sorted(members) {
		items = append(items, jsonText(key)+":"+members[key])
	}
	return w.spent("{" + strings.Join(items, ",") + "}")
}

func (w writer) spent(text string) string {
	w.tree.budget.spend(len(text))
	return text
}

// inOrder sorts a list whose order says nothing.
func inOrder(keyword string, value any) any {
	if list, ok := value.([]any); ok && (keyword == "required" || keyword == "enum" || keyword == "type") {
		return slices.SortedFunc(slices.Values(list), func(a, b any) int { return strings.Compare(jsonText(a), jsonText(b)) })
	}
	return value
}
