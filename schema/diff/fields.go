package diff

import (
	"maps"
	"slices"
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
	filled := t.root.structural && t.shape(sh.fields.field(name)).fallback != ""
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
	was, is = orFree(was), orFree(is)
	known, allowed := c.was.shape(was.others).kinds != 0, c.is.shape(is.others).kinds != 0
	switch {
	case known && allowed:
		c.place(path+".*", was.others, is.others)
	case known:
		c.add(path, Writers, what, "allowed", "gone", c.is.refusal()+" it")
	case allowed:
		c.add(path, StrictReaders, what, "unknown", "allowed", "programs that refuse unknown fields refuse it")
	}
	c.freeFields(path, was, is)
}

func orFree(f *fields) *fields {
	if f == nil {
		return &fields{others: anything}
	}
	return f
}

// freeFields compares the patterns of fields that may hold anything. They only matter
// where not every field may.
func (c *comparison) freeFields(path string, was, is *fields) {
	patterns := slices.Sorted(maps.Keys(was.free))
	for _, pattern := range patterns {
		if is.free[pattern] == nil && c.is.text(is.others) != "{}" {
			c.add(path, Writers, "field that matches "+jsonText(pattern), "free", "not free", "what they held may be refused")
		}
	}
	for _, pattern := range sorted(is.free) {
		if was.free[pattern] == nil && c.was.text(was.others) != "{}" {
			c.add(path, StrictReaders, "field that matches "+jsonText(pattern), "not free", "free", "they may come with any value")
		}
	}
}
