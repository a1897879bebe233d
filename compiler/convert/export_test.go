package convert

import (
	"github.com/thvctl/thvctl/compiler/syntax"
)

// Comments returns the comments of a YAML text, in order.
func Comments(tree *syntax.Tree) []string {
	var opaque []extent
	for _, d := range tree.Documents {
		if d.Root != nil {
			opaque = append(opaque, scalars(d.Root)...)
		}
	}
	var texts []string
	for _, c := range scanComments(tree.Source.Data, 0, len(tree.Source.Data), opaque).comments {
		texts = append(texts, c.text)
	}
	return texts
}

// Words returns the keys of both dialects in the order in which they are written:
// of a webhook, and of its TLS settings.
func Words() (file, object [2][]string) {
	of := func(w words) [2][]string {
		return [2][]string{{w.name, w.url, w.timeout, w.policy, w.tls, w.hmac}, {w.ca, w.clientCert, w.clientKey, w.insecure}}
	}
	return of(fileWords), of(objectWords)
}
