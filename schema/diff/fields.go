package diff

import (
	"cmp"
	"maps"
)

// object compares the fields of an object.
func (c *comparison) object(path string, was, is *shape) {
	names := map[string]bool{}
	maps.Copy(names, was.required)
	maps.Copy(names, is.required)
	for _, f := range []*fields{was.fields, is.fields} {
		if f != nil {
			for name := range f.known {
				names[name] = true
			}
		}
	}
	for _, name := range sorted(names) {
		c.field(child(path, name), name, was, is)
	}
	c.otherFields(path, was.fields, is.fields)
}

// field compares one field: whether it may be there, whether it must, and what it
// holds.
func (c *comparison) field(path, name string, was, is *shape) {
	before, now := was.fields.field(name), is.fields.field(name)
	known, allowed := c.was.shape(before).kinds != 0, c.is.shape(now).kinds != 0
	needed, needs := c.was.needs(was, name), c.is.needs(is, name)
	switch {
	case known && !allowed:
		c.add(path, Writers, "field", "allowed", "gone", c.is.refusal()+" it")
		return
	case !known && allowed && needs:
		c.add(path, Writers, "field", "unknown", "required", "documents without it are refused")
	case !known && allowed:
		c.add(path, StrictReaders, "field", "unknown", "allowed", "programs that refuse unknown fields refuse it")
	case needs && !needed:
		c.add(path, Writers, "field", "optional", "required", "documents without it are refused")
	case needed && !needs:
		c.add(path, StrictReaders, "field", "required", "optional", "it may be absent")
	}
	if known && allowed {
		c.place(path, before, now)
	}
}

// needs reports whether an object must have a field. The API server fills in defaults
// before it looks.
func (t *tree) needs(sh *shape, name string) bool {
	filled := t.root.structural && len(t.shape(sh.fields.field(name)).defaults) > 0
	return sh.required[name] && !filled
}

// refusal says what happens to a field that is not allowed.
func (t *tree) refusal() string {
	if t.root.structural {
		return "the API server drops"
	}
	return "documents are refused that have"
}

// otherFields compares what is said of the fields that are not listed.
func (c *comparison) otherFields(path string, was, is *fields) {
	const what = "field that is not listed"
	was, is = cmp.Or(was, allFields), cmp.Or(is, allFields)
	known, allowed := c.was.shape(was.others).kinds != 0, c.is.shape(is.others).kinds != 0
	switch {
	case known && allowed:
		c.place(path+".*", was.others, is.others)
	case known:
		c.add(path, Writers, what, "allowed", "gone", c.is.refusal()+" it")
	case allowed:
		c.add(path, StrictReaders, what, "unknown", "allowed", "programs that refuse unknown fields refuse it")
	}
	for _, pattern := range newlyFree(was, is, c.is) {
		c.add(path, Writers, pattern, "free", "not free", "what they held may be refused")
	}
	for _, pattern := range newlyFree(is, was, c.was) {
		c.add(path, StrictReaders, pattern, "not free", "free", "they may come with any value")
	}
}

// allFields are those of an object of which nothing is said.
var allFields = &fields{others: anything}

// newlyFree returns the patterns of fields that may hold anything, which they may not
// in another object, of the schemas of a tree.
func newlyFree(of, other *fields, t *tree) []string {
	var found []string
	for _, pattern := range sorted(of.free) {
		if other.free[pattern] == nil && t.meant(other.others).says > 0 {
			found = append(found, "field that matches "+jsonText(pattern))
		}
	}
	return found
}
