package model

import "strconv"

// Object is what a Kubernetes object is known by inside its kind.
type Object struct {
	// Namespace is empty for an object that says none; it is in a namespace that
	// only whoever applies it knows, and so in none that another object names.
	Namespace, Name string
}

// Object returns what the document is known by, also where its names are faulty.
func (d *Document) Object() Object {
	metadata := d.Root.Get("metadata")
	return Object{metadata.Get("namespace").Text(), metadata.Get("name").Text()}
}

// Where says for people in which namespace the object is.
func (o Object) Where() string {
	if o.Namespace == "" {
		return "without a namespace"
	}
	return "in the namespace " + strconv.Quote(o.Namespace)
}

// OfKind returns the documents of a kind, in their order.
func OfKind(docs []*Document, kind Kind) []*Document {
	var found []*Document
	for _, d := range docs {
		if d.Kind == kind {
			found = append(found, d)
		}
	}
	return found
}
