package check

import (
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/schema"
)

// Engine decides what the schema allows. There are two: the table that is
// generated from the CUE schema, and CUE itself. They must agree.
type Engine interface {
	// Place returns the root of a kind of document.
	Place(kind *schema.Document) Place
	// Relations judges what one value demands of another, on the values that
	// passed. A violation's path is in terms of the document's own keys.
	Relations(kind *schema.Document, root *Value, d *model.Document) ([]Violation, error)
}

// Place is a position in the schema, as one engine sees it.
type Place interface {
	// Kinds returns what a value here may be.
	Kinds() schema.KindSet
	// Field returns the place of a key of a struct; nil where the key is not
	// allowed.
	Field(key string) Place
	// Required returns the keys that a struct must have.
	Required() []string
	// Elem returns the place of the elements of a list.
	Elem() Place
	// Scalar returns the rule that a scalar of an allowed kind breaks, or "".
	Scalar(n *syntax.Node) string
}

// Violation is a broken relation.
type Violation struct {
	// Rule is the id of the broken rule.
	Rule string
	// Path is where it is reported.
	Path string
}

// Table is the default engine: Go data that is generated from the CUE schema.
type Table struct{}

// Place implements [Engine].
func (Table) Place(kind *schema.Document) Place { return tablePlace{kind.Type} }

type tablePlace struct{ *schema.Type }

func (p tablePlace) Kinds() schema.KindSet { return p.Type.Kinds }

func (p tablePlace) Field(key string) Place {
	if f := p.Type.Field(key); f != nil {
		return tablePlace{f.Type}
	}
	switch {
	case p.Values != nil:
		return tablePlace{p.Values}
	case p.Open, p.Extension != "" && strings.HasPrefix(key, p.Extension):
		return tablePlace{&anything}
	}
	return nil
}

var anything = schema.Type{Kinds: schema.AnyKind}

func (p tablePlace) Required() []string {
	if known, ok := required.Load(p.Type); ok {
		return known.([]string)
	}
	var names []string
	for _, f := range p.Fields {
		if f.Required {
			names = append(names, f.Name)
		}
	}
	required.Store(p.Type, names)
	return names
}

// required holds the keys that a struct must have, by its type.
var required sync.Map

func (p tablePlace) Elem() Place { return tablePlace{p.Type.Elem} }

func (p tablePlace) Scalar(n *syntax.Node) string {
	if n.Kind == syntax.Int && p.Bounds != nil {
		if number, fits := n.Integer(); !fits || !p.Bounds.Allow(number) {
			return diag.Schema.ID
		}
	}
	if n.Kind != syntax.String {
		return ""
	}
	if len(p.Enum) > 0 && !slices.Contains(p.Enum, n.Value) {
		return diag.BadValue.ID
	}
	if c := broken(p.Constraints, n.Value); c != nil {
		return c.Rule
	}
	return ""
}

// Relations implements [Engine]. It is the Go twin of the rules layer of the
// schema; the differential test holds the two together.
func (Table) Relations(_ *schema.Document, _ *Value, d *model.Document) ([]Violation, error) {
	var found []Violation
	report := func(rule diag.Rule, path string) { found = append(found, Violation{rule.ID, path}) }
	count := 0
	for _, list := range d.Lists {
		count += len(list.Webhooks)
		listRelations(d.Kind, list, report)
	}
	for _, m := range d.Chain {
		listRelations(d.Kind, m.List, report)
	}
	if d.Project != nil {
		for _, b := range d.Project.Bindings {
			// A spelling that is there but faulty was reported itself.
			if _, n, _ := d.Lookup(b.Path); (n.Get("name") == nil) == (n.Get("path") == nil) {
				report(diag.MissingField, b.Path)
			}
		}
	}
	if count == 0 && (d.Kind == model.WebhookFile || d.Kind == model.MCPWebhookConfig) {
		report(diag.NoWebhooks, "")
	}
	return found, nil
}

func listRelations(kind model.Kind, list model.List, report func(diag.Rule, string)) {
	for _, w := range list.Webhooks {
		webhookRelations(kind, w, report)
	}
}

var minTimeout, maxTimeout = mustDuration(schema.MinTimeout), mustDuration(schema.MaxTimeout)

func mustDuration(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		panic(err) // generated
	}
	return d
}

func webhookRelations(kind model.Kind, w model.Webhook, report func(diag.Rule, string)) {
	if w.URL.Set {
		if !parses(w.URL.V) {
			report(diag.BadURL, w.URL.Path)
		} else if !w.TLS.InsecureSkipVerify.V && !strings.EqualFold(w.URL.V[:len("https:")], "https:") {
			report(diag.NotHTTPS, w.URL.Path)
		}
	}
	if w.Timeout.Set && !timeoutInRange(kind, w.Timeout.V) {
		report(diag.TimeoutRange, w.Timeout.Path)
	}
	switch cert, key := w.TLS.ClientCert, w.TLS.ClientKey; {
	case cert.IsSet() && !key.IsSet():
		report(diag.HalfClientCert, cert.Path)
	case key.IsSet() && !cert.IsSet():
		report(diag.HalfClientCert, key.Path)
	}
}

// parses reports whether ToolHive's parser takes the URL: it refuses a few that
// the patterns of the schema let through, such as bad IPv6 addresses.
func parses(text string) bool {
	if isPlainURL(text) {
		return true
	}
	_, err := url.Parse(text)
	if err == nil {
		_, err = url.ParseRequestURI(text)
	}
	return err == nil
}

func timeoutInRange(kind model.Kind, t model.Timeout) bool {
	if kind == model.RunConfig && t.Valid && t.Duration == 0 {
		return true
	}
	return t.Valid && t.Duration >= minTimeout && t.Duration <= maxTimeout
}
