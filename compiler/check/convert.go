package check

import (
	"strconv"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/schema"
)

// Corrected returns a scalar of the type t as the fix of its finding would leave
// it: "fail" for Fail, "5s" for 5, a quoted text for a plain yes in a Kubernetes
// string. It is the same rule that lint --fix goes by, for whoever writes the
// value anew and needs no edit of a text: it also holds for values behind aliases
// and in CUE. A scalar that has no finding, or whose fix is not known, comes back
// as it is.
func Corrected(d *syntax.Document, kubernetes bool, n *syntax.Node, t *schema.Type) *syntax.Node {
	w := walker{doc: d, kubernetes: kubernetes}
	p := tablePlace{t}
	read := w.resolve(n, p.Kinds())
	allowed := p.Kinds().Has(kindOf(read))
	switch {
	case allowed && p.Scalar(read) == "":
		return n
	case t.IsDuration() && !(allowed && read.Kind == syntax.Int) && (read.Kind == syntax.Int || read.Kind == syntax.String):
		if text, ok := plainDuration(n.Value); ok {
			return asString(n, text)
		}
	case len(t.Enum) > 0 && read.Kind == syntax.String:
		// Without quotes of its own, so that the text of the fix is the value.
		bare := syntax.Node{Kind: syntax.String, Value: n.Value, Source: &syntax.Source{Data: []byte("-")}, End: 1}
		if fix := enumFix(&bare, t); fix != nil {
			return asString(n, fix.Edits[0].Text)
		}
	case !allowed && d.Format != syntax.CUE && kindOf(read) != 0:
		if fix := w.quoteFix(read, t, p); fix != nil {
			if text, err := strconv.Unquote(fix.Edits[0].Text); err == nil {
				return asString(n, text)
			}
		}
	}
	return n
}

func asString(n *syntax.Node, text string) *syntax.Node {
	corrected := *n
	corrected.Kind, corrected.Value, corrected.Plain = syntax.String, text, false
	return &corrected
}

// Reference checks a reference to a secret that is not spelt as its own kind of
// document spells it: a mapping of name and key is judged as in Kubernetes, any
// other value as in a webhook file. file says that it can only be a file there. A
// reference with a finding is not set.
func Reference(d *syntax.Document, n *syntax.Node, path string, file bool) (model.Reference, diag.List) {
	t := schema.DocumentOf("webhook-file").Type.Field("validating").Type.Elem
	read := hmacReference
	switch {
	case n.Kind == syntax.Map:
		t = schema.DocumentOf("mcpwebhookconfig").Type.Field("spec").Type.Field("validating").Type.Elem.Field("hmacSecretRef").Type
		read = secretReference
	case file:
		t, read = t.Field("tls_config").Type.Field("ca_bundle_path").Type, fileReference
	default:
		t = t.Field("hmac_secret_ref").Type
	}
	w := walker{doc: d}
	v, faulty := w.value(n, t, tablePlace{t}, path)
	if faulty || v == nil {
		n.Hide() // what was not understood may be the secret itself
		return model.Reference{}, w.found
	}
	return read(v), w.found
}
