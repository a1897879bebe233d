package policy

import "github.com/thvctl/thvctl/schema"

// Definition is a definition by which policies constrain values.
type Definition struct {
	// Name is without the '#'.
	Name string
	// Shape is that of the values.
	Shape *Shape
}

// Shape says which fields a value has.
type Shape struct {
	// Fields are those of a struct, in their order; nil for any other value.
	Fields []Field
	// Elem is the shape of the elements of a list; nil for any other value.
	Elem *Shape
	// Values is the shape of the fields of a struct that has them under any names;
	// nil for any other value.
	Values *Shape
}

// Field is one field of a struct.
type Field struct {
	Name  string
	Shape *Shape
	// Implied says that an absent field means its zero value, so that a policy that
	// names it does not ask for it to be there.
	Implied bool
}

// Field returns the field of a name, or nil.
func (s *Shape) Field(name string) *Field {
	if s == nil {
		return nil
	}
	if s.Values != nil {
		return &Field{Name: name, Shape: s.Values}
	}
	for i := range s.Fields {
		if s.Fields[i].Name == name {
			return &s.Fields[i]
		}
	}
	return nil
}

// The names of the definitions.
const (
	webhookDefinition = "Webhook"
	configDefinition  = "WebhookConfig"
	headersDefinition = "HeaderForward"
)

// Definitions returns all definitions, in the order in which they are shown.
func Definitions() []Definition {
	unit := schema.DocumentOf("unit").Type
	return []Definition{
		{webhookDefinition, shapeOf(unit.Field("validating").Type.Elem)},
		{configDefinition, shapeOf(unit)},
		{headersDefinition, shapeOf(schema.DocumentOf("header-forward-unit").Type)},
	}
}

// implied are the fields of a unit that are left out where they have their zero
// value.
var implied = map[string]bool{"tls": true, "insecureSkipVerify": true}

func shapeOf(t *schema.Type) *Shape {
	s := &Shape{}
	if t.Elem != nil {
		s.Elem = shapeOf(t.Elem)
	}
	if t.Values != nil {
		s.Values = shapeOf(t.Values)
	}
	for _, f := range t.Fields {
		s.Fields = append(s.Fields, Field{f.Name, shapeOf(f.Type), implied[f.Name]})
	}
	return s
}
