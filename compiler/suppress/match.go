package suppress

import (
	"cmp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// match returns the first ignore that a finding falls under. All others that it
// falls under count as used as well.
func (s *Set) match(d diag.Diagnostic, docs []*model.Document) (first *Ignore) {
	if rule.IsFixed(d.Rule) {
		return nil
	}
	for _, ignore := range s.inProject(d.Span.File, d.Rule.ID) {
		if ignore.covers(d, docs) {
			first = cmp.Or(first, ignore)
			ignore.use(d.Rule.ID)
		}
	}
	for _, line := range []int{0, d.Span.Start.Line} {
		about := ignored{d.Span.File, d.Rule.ID, line}
		for _, ignore := range s.commented[about] {
			first = cmp.Or(first, ignore)
			ignore.use(d.Rule.ID)
		}
		if used := s.commented[about]; len(used) > 1 {
			s.commented[about] = used[:1]
		}
	}
	return first
}

func (i *Ignore) use(rule string) {
	if !slices.Contains(i.used, rule) {
		i.used = append(i.used, rule)
	}
}

// addComment takes in the ignore of a comment in a file.
func (s *Set) addComment(ignore *Ignore, file string) {
	s.ignores = append(s.ignores, ignore)
	for _, r := range ignore.Rules {
		about := ignored{file, r, ignore.Line}
		s.commented[about] = append(s.commented[about], ignore)
	}
}

// inProject returns the ignores of the project file that are about a rule in a file.
func (s *Set) inProject(file, rule string) []*Ignore {
	if len(s.project) == 0 {
		return nil
	}
	if s.last.byRule == nil || s.last.file != file {
		s.last.file, s.last.byRule = file, map[string][]*Ignore{}
		for _, ignore := range s.project {
			if !ignore.Files(file) {
				continue
			}
			for _, r := range ignore.Rules {
				s.last.byRule[r] = append(s.last.byRule[r], ignore)
			}
		}
	}
	return s.last.byRule[rule]
}

// covers reports whether an ignore of the project file, about the file of a finding, is
// about the document or the webhook as well.
func (i *Ignore) covers(d diag.Diagnostic, docs []*model.Document) bool {
	if i.Kind == "" && i.Name == "" {
		return true
	}
	doc := documentAt(d.Span, docs)
	return doc != nil && (i.Kind == "" || i.Kind == kindName(doc.Kind)) && (i.Name == "" || isNamed(doc, d.Path, i.Name))
}

// documentAt returns the document, of those of its file, that holds a place, or
// nil.
func documentAt(span diag.Span, docs []*model.Document) *model.Document {
	holds := func(d *model.Document) bool {
		return d.Root != nil && d.Root.Source.Name == span.File && d.Root.Start <= span.Start.Offset && span.Start.Offset <= d.Root.End
	}
	if len(docs) > 0 && docs[0].Format != syntax.CUE { // those of CUE stand in any order
		ends := func(i int) bool { return docs[i].Root.End >= span.Start.Offset }
		if i := sort.Search(len(docs), ends); i < len(docs) && holds(docs[i]) {
			return docs[i]
		}
		return nil
	}
	if i := slices.IndexFunc(docs, holds); i >= 0 {
		return docs[i]
	}
	return nil
}

func kindName(k model.Kind) string {
	if k == model.WebhookFile {
		return "webhook-file"
	}
	return k.String()
}

// isNamed reports whether a document, or the webhook in it that a path leads
// into, has a name.
func isNamed(d *model.Document, path, name string) bool {
	return d.Name.V == name || webhookAt(d, path) == name
}

// webhookAt returns the name of the webhook that a path leads into, or "".
func webhookAt(d *model.Document, path string) string {
	for _, list := range d.AllLists() {
		rest, inside := strings.CutPrefix(path, list.Path+"[")
		number, _, closed := strings.Cut(rest, "]")
		index, err := strconv.Atoi(number)
		if !inside || !closed || err != nil {
			continue
		}
		whole := path[:len(path)-len(rest)+len(number)+1]
		// What is no webhook is not in the list, so it is there or before.
		for i := min(index, len(list.Webhooks)-1); i >= 0; i-- {
			if list.Webhooks[i].Path == whole {
				return list.Webhooks[i].Name.V
			}
		}
	}
	return ""
}

// subject names what a finding is about: the object and the webhook.
func subject(d diag.Diagnostic, docs []*model.Document) string {
	doc := documentAt(d.Span, docs)
	if doc == nil {
		return ""
	}
	return strings.Trim(doc.Namespace.V+"/"+doc.Name.V+"/"+webhookAt(doc, d.Path), "/")
}
