package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thvctl/thvctl/schema"
)

func referenceOf(t *testing.T, documents []*schema.Document) map[string]string {
	t.Helper()
	files, err := referencePages(documents, nil)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestReference refuses pages that are not what the schema and the examples give
// now.
func TestReference(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	files, err := reference(root)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(pages(t, filepath.Join(root, "docs", "reference")), files); diff != "" {
		t.Errorf("docs/reference is stale, run go run ./docs/gen (-there +generated):\n%s", diff)
	}
}

func TestReferenceIsDeterministic(t *testing.T) {
	first := referenceOf(t, schema.Documents)
	for range 20 {
		if diff := cmp.Diff(first, referenceOf(t, schema.Documents)); diff != "" {
			t.Fatalf("two runs differ:\n%s", diff)
		}
	}
}

// TestReferenceHasEveryField walks the schema on its own and looks for each field
// in the outline and on the page of its kind.
func TestReferenceHasEveryField(t *testing.T) {
	files := referenceOf(t, schema.Documents)
	for _, s := range subjects(schema.Documents) {
		o := newOutline(s)
		for i, c := range s.columns {
			for _, owner := range schema.Types(c.document.Type) {
				for _, f := range owner.Fields {
					if !o.has(i, owner, f.Name) || !strings.Contains(files[s.file], "`"+f.Name+"`") || !strings.Contains(files[s.file], prose(f.Doc)) {
						t.Errorf("%s lacks %s of %s", s.file, f.Name, owner.Definition)
					}
				}
			}
		}
	}
	if len(files) != len(subjects(schema.Documents))+2 {
		t.Errorf("%d pages", len(files))
	}
}

// has reports whether a column of an outline has a field.
func (o *outline) has(column int, owner *schema.Type, name string) bool {
	return slices.ContainsFunc(o.sections, func(s *section) bool {
		return slices.ContainsFunc(s.rows, func(r row) bool {
			return r[column] != nil && sameType(owner, r[column].owner) && r[column].field.Name == name
		})
	})
}

// TestReferenceLinks follows every link to the rules, to other files and inside
// the reference.
func TestReferenceLinks(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	files := pages(t, filepath.Join(root, "docs", "reference"))
	anchors := map[string][]string{}
	for name, text := range files {
		for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
			anchor := slug(heading[1])
			if slices.Contains(anchors[name], anchor) {
				t.Errorf("%s has two headings with the anchor %q", name, anchor)
			}
			anchors[name] = append(anchors[name], anchor)
		}
	}
	followed := 0
	for name, text := range files {
		text = regexp.MustCompile("`[^`]*`").ReplaceAllString(text, "code")
		for _, to := range regexp.MustCompile(`\]\(([^)]*)\)`).FindAllStringSubmatch(text, -1) {
			followed++
			file, anchor, anchored := strings.Cut(to[1], "#")
			switch {
			case strings.HasPrefix(file, "https:"):
			case file == "" || files[file] != "":
				if file == "" {
					file = name
				}
				if anchored && !slices.Contains(anchors[file], anchor) {
					t.Errorf("%s leads to %s, and there is no such heading", name, to[1])
				}
			default:
				if _, err := os.Stat(filepath.Join(root, "docs", "reference", filepath.FromSlash(file))); err != nil {
					t.Errorf("%s leads to %s: %v", name, to[1], err)
				}
			}
		}
	}
	if followed < 300 {
		t.Errorf("followed only %d links", followed)
	}
}

// TestReferenceTables refuses rows with more or fewer cells than the head of their
// table.
func TestReferenceTables(t *testing.T) {
	for name, text := range referenceOf(t, schema.Documents) {
		width := 0
		for line := range strings.Lines(text) {
			cells := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
			switch {
			case !strings.HasPrefix(line, "|"):
				width = 0
			case width == 0:
				width = cells
			case width != cells:
				t.Errorf("%s: a row of %d cells in a table of %d: %s", name, cells-1, width-1, line)
			}
		}
	}
}

// TestReferenceShowsNewFields adds fields to a copy of the schema, which nothing
// here knows of.
func TestReferenceShowsNewFields(t *testing.T) {
	retries := schema.Field{
		Name: "max_retries", Doc: "How often a webhook is asked again.", Default: "3", Limit: 7,
		Spellings: []schema.Spelling{{Dialect: "crd", Key: "maxRetries"}, {Dialect: "draft", Key: "retry"}},
		Guards:    []string{"THV3005"},
		Type: &schema.Type{Kinds: schema.NullKind | schema.StringKind, Constraints: []*schema.Constraint{
			{Name: "Retries", Rule: "THV2009", Message: "one of 1|2|3 or *_*", Pattern: "^(1|2|3)$"},
		}},
	}
	inKubernetes := schema.Field{
		Name: "maxRetries", Doc: "How often a webhook is asked again.", Required: true,
		Type: &schema.Type{Kinds: schema.IntKind},
	}
	documents := []*schema.Document{
		withField(t, "webhook-file", retries),
		withField(t, "mcpwebhookconfig", inKubernetes),
		{Name: "novelty", Definition: "Novelty", Type: &schema.Type{
			Definition: "Novelty", Doc: "A kind of its own.", Kinds: schema.StructKind,
			Fields: []schema.Field{{Name: "shade", Doc: "A colour.", Type: &schema.Type{Kinds: schema.StringKind, Enum: []string{"red", "blue"}}}},
		}},
	}
	files := referenceOf(t, documents)
	for _, c := range []struct{ file, line string }{
		{"webhooks.md", "### `validating[].max_retries`"},
		{"webhooks.md", "| key | `max_retries` | `maxRetries` |"},
		{"webhooks.md", "| type [THV2003](../rules/THV2003.md) | string | whole number |"},
		{"webhooks.md", "| required [THV2002](../rules/THV2002.md) | no | **yes** |"},
		{"webhooks.md", "| default | `3` |  |"},
		{"webhooks.md", "| in Kubernetes | at most 7 characters |  |"},
		{"webhooks.md", "| other spellings [THV1009](../rules/THV1009.md) | `retry` of a draft of ToolHive's webhook files |  |"},
		{"webhooks.md", "| [THV2009 bad-name](../rules/THV2009.md) | error | a name is not valid | one of 1\\|2\\|3 or \\*\\_\\* | webhook file |"},
		{"webhooks.md", "| [THV3005 latency-budget](../rules/THV3005.md) |"},
		{"patterns.md", "| `Retries` | one of 1\\|2\\|3 or \\*\\_\\* | `^(1\\|2\\|3)$` |"},
		{"novelty.md", "| `shade` | A colour. | string | no | `red`, `blue` |"},
		{"README.md", "| [Novelty](novelty.md) | A kind of its own. |"},
		{"README.md", "| `maxRetries` | Webhooks [`validating[].max_retries`](webhooks.md#validatingmax_retries) |"},
	} {
		if !strings.Contains(files[c.file], "\n"+c.line) {
			t.Errorf("%s lacks the line %s", c.file, c.line)
		}
	}
}

// withField returns a copy of a kind of document whose webhooks have one more
// field.
func withField(t *testing.T, kind string, f schema.Field) *schema.Document {
	t.Helper()
	d := *schema.DocumentOf(kind)
	root := *d.Type
	root.Fields = slices.Clone(root.Fields)
	holder := &root
	if spec := root.Field("spec"); spec != nil {
		copied := *spec.Type
		copied.Fields = slices.Clone(copied.Fields)
		spec.Type, holder = &copied, &copied
	}
	for _, list := range []string{"validating", "mutating"} {
		field := holder.Field(list)
		listType, webhook := *field.Type, *field.Type.Elem
		webhook.Fields = append(slices.Clone(webhook.Fields), f)
		listType.Elem = &webhook
		field.Type = &listType
	}
	d.Type = &root
	return &d
}

// TestReferenceRefusesUnknownRules names a rule in the schema that the catalogue
// lacks.
func TestReferenceRefusesUnknownRules(t *testing.T) {
	field := schema.Field{Name: "x", Guards: []string{"THV2999"}, Type: &schema.Type{Kinds: schema.StringKind}}
	_, err := referencePages([]*schema.Document{withField(t, "webhook-file", field)}, nil)
	if err == nil || !strings.Contains(err.Error(), "validating[].x: the catalogue has no rule THV2999") {
		t.Errorf("error %v", err)
	}
}

// TestReportedRules looks at rules whose place is well known.
func TestReportedRules(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	reported, err := reportedRules(root, subjects(schema.Documents))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ page, field, rule string }{
		{"webhooks.md", "FileWebhook.failure_policy", "THV4006"},
		{"webhooks.md", "WebhookSpec.failurePolicy", "THV4006"},
		{"webhooks.md", "RunConfigWebhook.url", "THV4001"},
		{"webhooks.md", "ObjectMeta.name", "THV5004"},
		{"mcpserver.md", "WebhookConfigRef.name", "THV5003"},
		{"project.md", "RuleSettings.NAME", "THV9002"},
	} {
		if !slices.Contains(reported[c.page][c.field], c.rule) {
			t.Errorf("%s has %v at %s, want %s among them", c.page, reported[c.page][c.field], c.field, c.rule)
		}
	}
	if len(reported["unit.md"]) > 0 {
		t.Errorf("nobody writes a unit, and rules are reported there: %v", reported["unit.md"])
	}
}

func TestProse(t *testing.T) {
	for in, want := range map[string]string{
		"client_key_path":      "client_key_path",
		"'_' or '.'":           `'\_' or '.'`,
		"a *b* `c` <d> [e] \\": "a \\*b\\* \\`c\\` \\<d> \\[e\\] \\\\",
		"two\n lines":          "two lines",
	} {
		if got := prose(in); got != want {
			t.Errorf("prose(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestVisiblePattern(t *testing.T) {
	in := "^[^\x00-\x20\u00a0|\\d]$"
	got := visiblePattern(in)
	if want := `^[^\x{0000}- \x{00a0}|\d]$`; got != want {
		t.Fatalf("visiblePattern(%q) = %s, want %s", in, got, want)
	}
	for _, text := range []string{"\x00", " ", "\u00a0", "|", "1", "a", "\u00a1"} {
		if regexp.MustCompile(in).MatchString(text) != regexp.MustCompile(got).MatchString(text) {
			t.Errorf("%q is matched by only one of %q and %s", text, in, got)
		}
	}
}
