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
			for _, owner := range typesOf(c.document) {
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

// typesOf returns the types of a document, those that the check leaves open included.
func typesOf(d *schema.Document) []*schema.Type {
	all := schema.Types(d.Type)
	for _, t := range all {
		for _, f := range t.Fields {
			all = append(all, schema.Types(f.Observed)...)
		}
	}
	return all
}

// has reports whether a column of an outline has a field.
func (o *outline) has(column int, owner *schema.Type, name string) bool {
	return slices.ContainsFunc(o.sections, func(s *section) bool {
		return slices.ContainsFunc(s.rows, func(r row) bool {
			return r[column] != nil && sameType(owner, r[column].in.t) && r[column].field.Name == name
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
		Spellings: []schema.Spelling{{Dialect: "crd", Key: "maxRetries"}, {Dialect: "draft", Key: "retry"}, {Dialect: "none", Key: "retry_often"}},
		Guards:    []string{"THV3005"},
		Type: &schema.Type{Kinds: schema.NullKind | schema.StringKind, Constraints: []*schema.Constraint{
			{Name: "Retries", Rule: "THV2009", Message: "one of 1|2|3 or *_*", Pattern: "^(1|2|3)$"},
		}},
	}
	inKubernetes := schema.Field{
		Name: "maxRetries", Doc: "How often a webhook is asked again.", Required: true,
		Type: &schema.Type{Kinds: schema.IntKind, Bounds: &schema.Bounds{Max: 5}},
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
		{"webhooks.md", "|  | webhook file | MCPWebhookConfig |"},
		{"webhooks.md", "| key | `max_retries` | `maxRetries` |"},
		{"webhooks.md", "| type | string | whole number |"},
		{"webhooks.md", "| required | no | **yes** |"},
		{"webhooks.md", "| default | `3` |  |"},
		{"webhooks.md", "| allowed | one of 1\\|2\\|3 or \\*\\_\\* ([THV2009](../rules/THV2009.md)) | 0 to 5 ([THV2000](../rules/THV2000.md)) |"},
		{"webhooks.md", "| in Kubernetes | at most 7 characters |  |"},
		{"webhooks.md", "| other spellings | `maxRetries` of an MCPWebhookConfig<br>`retry` of a draft of ToolHive's webhook files<br>`retry_often` |  |"},
		{"webhooks.md", "| [THV3005 latency-budget](../rules/THV3005.md) | warning | the timeouts of all webhooks together are over the budget of 60s | webhook file |"},
		{"patterns.md", "| `Retries` | one of 1\\|2\\|3 or \\*\\_\\* | `^(1\\|2\\|3)$` |"},
		{"novelty.md", "### `shade`\n\nA colour.\n\n|  | Novelty |\n|---|---|\n| key | `shade` |\n| type | string |\n| required | no |\n| allowed | \"red\", \"blue\" ([THV2008](../rules/THV2008.md)) |"},
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
	if err == nil || !strings.Contains(err.Error(), "FileWebhook: the catalogue has no rule THV2999") {
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

// TestReferenceNamesFindings looks for every rule that an example breaks at a field
// in what the page says of the field.
func TestReferenceNamesFindings(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	found, err := exampleFindings(root)
	if err != nil {
		t.Fatal(err)
	}
	files, err := reference(root)
	if err != nil {
		t.Fatal(err)
	}
	looked := map[finding]bool{}
	for _, f := range found {
		page, text := fieldText(files, f.Path)
		f.Path = index.ReplaceAllString(f.Path, "")
		if page == "" || looked[f] || slices.Contains(everyField, f.Rule) {
			continue
		}
		looked[f] = true
		if !strings.Contains(text, f.Rule) {
			t.Errorf("%s is found at %s, and %s does not say so", f.Rule, f.Path, page)
		}
	}
	if len(looked) < 80 {
		t.Errorf("looked for only %d findings", len(looked))
	}
	for _, id := range everyField {
		if !strings.Contains(files["README.md"], id) {
			t.Errorf("README.md does not name %s, and the pages leave it to it", id)
		}
	}
}

// fieldText returns what the first page that has a path says of its field.
func fieldText(files map[string]string, path string) (page, text string) {
	all := subjects(schema.Documents)
	page, key := firstField(all, path)
	for _, s := range all {
		if s.file != page {
			continue
		}
		for _, section := range newOutline(s).sections {
			for _, r := range section.rows {
				if slices.ContainsFunc(r, func(p *place) bool { return p != nil && p.key() == key }) {
					_, text, _ = strings.Cut(files[page], "\n### `"+r.title()+"`\n")
					text, _, _ = strings.Cut(text, "\n#")
				}
			}
		}
	}
	return page, text
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
