package check

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/internal/pattern"
	"github.com/thvctl/thvctl/schema"
)

// renameFix replaces a key.
func renameFix(k *syntax.Node, name string) *diag.Fix {
	fix := k.Replace(name)
	if fix != nil {
		fix.Title = fmt.Sprintf("rename to %q", name)
	}
	return fix
}

// quoteFix puts a plain scalar into quotes, where that makes it a valid string.
func (w *walker) quoteFix(n *syntax.Node, t *schema.Type, p Place) *diag.Fix {
	if !p.Kinds().Has(schema.StringKind) || n.Kind == syntax.Null || n.Start == n.End {
		return nil
	}
	text := string(n.Source.Data[n.Start:n.End])
	quoted := *n
	quoted.Kind, quoted.Value = syntax.String, text
	if strings.ContainsAny(text, "\n!&") || p.Scalar(&quoted) != "" {
		return nil
	}
	return &diag.Fix{Title: "put it in quotes", Edits: []diag.Edit{{Span: n.Span(), Text: strconv.Quote(text)}}}
}

// enumFix corrects the letter case and the known other words for a value.
func enumFix(n *syntax.Node, t *schema.Type) *diag.Fix {
	plain := strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(n.Value))
	switch plain {
	case "failclosed":
		plain = "fail"
	case "failopen":
		plain = "ignore"
	}
	for _, value := range t.Enum {
		if strings.EqualFold(value, plain) || strings.EqualFold(value, n.Value) {
			return n.Replace(value)
		}
	}
	return nil
}

// meant names the one allowed value that a text is nearly.
func meant(n *syntax.Node, t *schema.Type) string {
	var near []string
	for _, value := range t.Enum {
		if d := diag.Distance(strings.ToLower(n.Value), strings.ToLower(value)); d > 0 && d <= 2 && d < len(value) {
			near = append(near, value)
		}
	}
	if len(near) != 1 || len(t.Enum) == 1 {
		return ""
	}
	return fmt.Sprintf("; did you mean %q", near[0])
}

// insertFix adds an entry to a mapping.
func insertFix(n *syntax.Node, key, value string) *diag.Fix {
	if n.Kind != syntax.Map || len(n.Entries) == 0 || n.Start == n.End {
		return nil
	}
	fix := &diag.Fix{Title: fmt.Sprintf("add %s: %s", key, value)}
	data := n.Source.Data
	first, last := n.Entries[0], n.Entries[0]
	for _, e := range n.Entries {
		if e.Key.Alias >= 0 || e.Key.Start < n.Start {
			return nil // merged in: the layout is not ours to guess
		}
		if e.Key.Start > last.Key.Start {
			last = e
		}
	}
	if data[n.Start] == '{' {
		if last.Value.Alias >= 0 || last.Value.Start == last.Value.End {
			return nil
		}
		at, text := last.Value.End, fmt.Sprintf(", %s: %s", key, value)
		if data[first.Key.Start] == '"' {
			text = fmt.Sprintf(", %q: %q", key, value)
		}
		fix.Edits = []diag.Edit{{Span: n.Source.Span(at, at), Text: text}}
		return fix
	}
	position := n.Source.Position(first.Key.Start)
	lineStart := first.Key.Start
	for lineStart > 0 && data[lineStart-1] != '\n' {
		lineStart--
	}
	if position.Column-1 != first.Key.Start-lineStart {
		return nil // wider characters before the key: the indentation is not plain
	}
	indent := strings.Repeat(" ", first.Key.Start-lineStart)
	newline := "\n"
	if end := strings.IndexByte(string(data[first.Key.Start:]), '\n'); end > 0 && data[first.Key.Start+end-1] == '\r' {
		newline = "\r\n"
	}
	at := first.Key.Start
	fix.Edits = []diag.Edit{{Span: n.Source.Span(at, at), Text: key + ": " + value + newline + indent}}
	return fix
}

// numericTimeout reports a bare number where a duration string belongs.
func (w *walker) numericTimeout(n *syntax.Node, path string) {
	number, fits := n.Integer()
	if fits && number == 0 {
		w.report(diag.TimeoutRange, n, path, nil, "found 0, allowed are %s to %s (ToolHive takes 0 for its default without a word)", schema.MinTimeout, schema.MaxTimeout)
		return
	}
	var fix *diag.Fix
	if text, ok := plainDuration(n.Value); ok {
		if w.doc.Format == syntax.JSON {
			text = strconv.Quote(text)
		}
		if fix = n.Replace(text); fix != nil {
			fix.Title = "replace with " + text
		}
	}
	w.report(diag.BadDuration, n, path, fix, `found the number %s, allowed is a Go duration such as "5s"`, sourceText(n))
}

// badDuration reports a string that is no Go duration.
func (w *walker) badDuration(n *syntax.Node, path string) {
	var fix *diag.Fix
	if text, ok := plainDuration(n.Value); ok {
		fix = n.Replace(text)
	}
	w.report(diag.BadDuration, n, path, fix, `found %s, allowed is a Go duration such as "5s"`, n.Show())
}

var (
	numberWithUnit = pattern.Lazy(`^([0-9]+) *(s|secs?|seconds?)?$`)
	isoSeconds     = pattern.Lazy(`^PT([0-9]+)S$`)
)

// plainDuration returns the duration that a text plainly means, if it is in
// range: 1 to 30 are seconds, larger whole numbers are nanoseconds.
func plainDuration(text string) (canonical string, ok bool) {
	unit := time.Second
	m := isoSeconds().FindStringSubmatch(text)
	if m == nil {
		if m = numberWithUnit().FindStringSubmatch(text); m == nil {
			return "", false
		}
		if m[2] == "" && len(m[1]) > 2 {
			unit = time.Nanosecond
		}
	}
	number, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil || number > int64(maxTimeout) {
		return "", false
	}
	d := time.Duration(number) * unit
	if unit == time.Second && number > int64(maxTimeout/time.Second) || d < minTimeout || d > maxTimeout {
		return "", false
	}
	return d.String(), true
}
