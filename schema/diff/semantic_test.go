package diff_test

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/thvctl/thvctl/schema/diff"
)

// pieces are small schemas from which larger ones are drawn.
var pieces = []string{
	`true`, `false`, `{}`, `{"type": "string"}`, `{"type": "integer"}`, `{"type": "number"}`, `{"type": "null"}`, `{"type": ["string", "null"]}`, `{"type": "boolean"}`,
	`{"type": "string", "pattern": "^a"}`, `{"pattern": "b$"}`, `{"not": {"pattern": "^a"}}`, `{"maxLength": 1}`, `{"type": "string", "minLength": 2}`,
	`{"enum": ["a", "b", 1]}`, `{"enum": ["a", null, true, false]}`, `{"const": "a"}`, `{"minimum": 1}`, `{"exclusiveMaximum": 2, "minimum": 0}`, `{"multipleOf": 2}`,
	`{"maxItems": 1}`, `{"minItems": 1, "uniqueItems": true}`, `{"prefixItems": [{"type": "string"}]}`, `{"contains": {"type": "string"}, "minContains": 0}`, `{"contains": {"type": "string"}}`,
	`{"additionalProperties": false}`, `{"patternProperties": {"^x": true}, "additionalProperties": false}`, `{"patternProperties": {"^x": {"type": "string"}}}`,
	`{"required": ["a"]}`, `{"required": ["x", "a"]}`, `{"minProperties": 1}`, `{"maxProperties": 1}`, `{"propertyNames": {"maxLength": 1}}`, `{"dependentRequired": {"a": ["b"]}}`,
	`{"$ref": "#/$defs/D"}`, `{"if": {"type": "string"}, "then": {"minLength": 2}}`, `{"unevaluatedProperties": false}`, `{"const": 1.5}`,
}

// conditionals are pieces that can be paired in another way, see [exchange].
var conditionals = []string{
	`{"if": {"required": ["a"]}, "then": {"required": ["b"]}}`, `{"if": {"type": "string"}, "then": {"maxLength": 1}}`,
	`{"if": {"required": ["x"]}, "then": {"maxProperties": 1}, "else": {"minProperties": 1}}`, `{"if": {"minLength": 2}, "then": {"pattern": "^a"}}`,
}

func isConditional(schema any) bool {
	m, _ := schema.(map[string]any)
	return m["if"] != nil
}

// exchange gives two conditionals the demand of each other.
func exchange(list []any) []any {
	first, second := maps.Clone(list[0].(map[string]any)), maps.Clone(list[1].(map[string]any))
	first["then"], second["then"] = second["then"], first["then"]
	return []any{first, second}
}

func drawPiece(r *rand.Rand, from []string) any {
	var piece any
	if err := json.Unmarshal([]byte(from[r.IntN(len(from))]), &piece); err != nil {
		panic(err)
	}
	return piece
}

// drawSchema draws a schema without $schema and $defs.
func drawSchema(r *rand.Rand, depth int) any {
	if depth == 0 || r.IntN(4) == 0 {
		return drawPiece(r, pieces)
	}
	merged := map[string]any{}
	for range 1 + r.IntN(3) {
		if piece, ok := drawSchema(r, 0).(map[string]any); ok {
			maps.Copy(merged, piece)
		}
	}
	switch r.IntN(7) {
	case 6:
		merged["allOf"] = []any{drawPiece(r, conditionals), drawPiece(r, conditionals)}
	case 0:
		merged["anyOf"] = []any{drawSchema(r, depth-1), drawSchema(r, depth-1)}
	case 1:
		merged["allOf"] = []any{drawSchema(r, depth-1), drawSchema(r, depth-1)}
	case 2:
		merged["items"] = drawSchema(r, depth-1)
	case 3:
		merged["oneOf"] = []any{drawSchema(r, depth-1), drawSchema(r, depth-1)}
	default:
		merged["properties"] = map[string]any{"a": drawSchema(r, depth-1), "x": drawSchema(r, depth-1)}
	}
	if r.IntN(4) == 0 {
		merged["additionalProperties"] = drawSchema(r, depth-1)
	}
	return merged
}

// mutate changes one place of a schema, at random.
func mutate(r *rand.Rand, value any) any {
	m, ok := value.(map[string]any)
	if !ok || len(m) == 0 || r.IntN(5) == 0 {
		return drawSchema(r, 1)
	}
	out := maps.Clone(m)
	keywords := slices.Sorted(maps.Keys(m)) // so that a seed means the same each time
	keyword := keywords[r.IntN(len(keywords))]
	switch inner := m[keyword].(type) {
	case map[string]any:
		if keyword == "properties" {
			out[keyword] = mutateField(r, inner)
			return out
		}
		if strings.HasPrefix(keyword, "dependent") || keyword == "patternProperties" {
			break
		}
		out[keyword] = mutate(r, inner)
		return out
	case []any:
		if strings.HasSuffix(keyword, "Of") {
			list := slices.Clone(inner)
			if isConditional(list[0]) && isConditional(list[1]) && r.IntN(2) == 0 {
				out[keyword] = exchange(list)
				return out
			}
			at := r.IntN(len(list))
			list[at] = mutate(r, list[at])
			out[keyword] = list
			return out
		}
		if keyword == "enum" && r.IntN(2) == 0 {
			out[keyword] = inner[:1+r.IntN(len(inner))]
			return out
		}
	}
	if r.IntN(2) == 0 {
		delete(out, keyword)
	} else if piece, ok := drawSchema(r, 0).(map[string]any); ok {
		maps.Copy(out, piece)
	}
	return out
}

func mutateField(r *rand.Rand, fields map[string]any) map[string]any {
	out := maps.Clone(fields)
	name := []string{"a", "b", "x", "xy"}[r.IntN(4)]
	switch field, has := out[name]; {
	case !has:
		out[name] = drawSchema(r, 1)
	case r.IntN(2) == 0:
		delete(out, name)
	default:
		out[name] = mutate(r, field)
	}
	return out
}

// drawDocument draws a document of the few values that the pieces are about.
func drawDocument(r *rand.Rand, depth int) any {
	kinds := 11
	if depth == 0 {
		kinds = 9
	}
	switch r.IntN(kinds) {
	case 0:
		return nil
	case 1:
		return r.IntN(2) == 0
	case 2:
		return json.Number([]string{"0", "1", "2", "-1", "3"}[r.IntN(5)])
	case 3:
		return json.Number([]string{"1.5", "1.0", "0.5"}[r.IntN(3)])
	case 4, 5, 6, 7, 8:
		return []string{"", "a", "b", "ab", "ba"}[r.IntN(5)]
	case 9:
		list := []any{}
		for range r.IntN(3) {
			list = append(list, drawDocument(r, depth-1))
		}
		return list
	}
	fields := map[string]any{}
	for range r.IntN(4) {
		fields[[]string{"a", "b", "x", "xy"}[r.IntN(4)]] = drawDocument(r, depth-1)
	}
	return fields
}

// whole makes a drawn schema one that stands for itself.
func whole(drawn, definition any) any {
	out := map[string]any{"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": map[string]any{"D": definition}}
	out["allOf"] = []any{drawn}
	if m, ok := drawn.(map[string]any); ok {
		delete(out, "allOf")
		maps.Copy(out, m)
	}
	return out
}

// TestSemantics asks a validator: where nothing breaks writers, each document that the
// old schema accepts is accepted by the new one, and where there is no change at all,
// also the other way round.
func TestSemantics(t *testing.T) {
	const rounds, documents = 1200, 60
	r := rand.New(rand.NewPCG(5, 6))
	silent, equal, broken, refused := 0, 0, 0, 0
	for range rounds {
		drawn, definition := drawSchema(r, 3), drawSchema(r, 1)
		was := whole(drawn, definition)
		if r.IntN(4) == 0 {
			definition = mutate(r, definition)
		}
		is := whole(mutate(r, drawn), definition)
		changes, err := changesBetween(was, is)
		if err != nil {
			continue // it refers to itself
		}
		before, now := compiled(t, was), compiled(t, is)
		if before == nil || now == nil {
			continue
		}
		writers := false
		for _, c := range changes {
			writers = writers || c.Affects == diff.Writers
		}
		lost := false
		for range documents {
			document := drawDocument(r, 3)
			a, b := before.Validate(document) == nil, now.Validate(document) == nil
			lost = lost || a && !b
			if a && !b && !writers || a != b && len(changes) == 0 {
				t.Fatalf("the change is %v, the old schema accepts %t and the new one %t: %s\nold %s\nnew %s", changes, a, b, text(document), text(was), text(is))
			}
		}
		switch {
		case len(changes) == 0:
			equal++
		case !writers:
			silent++
		case lost:
			broken++
		default:
			refused++
		}
	}
	t.Logf("%d without a change, %d that break no writer, %d that break one of the documents, %d that break none of them", equal, silent, broken, refused)
	if silent < rounds/20 || broken < rounds/20 {
		t.Error("the schemas are too much alike or too different to prove anything")
	}
}

func text(value any) string {
	out, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(out)
}

func changesBetween(was, is any) ([]diff.Change, error) {
	a, err := diff.Read(was)
	if err != nil {
		return nil, err
	}
	b, err := diff.Read(is)
	if err != nil {
		return nil, err
	}
	return diff.Compare(a, b)
}

// compiled returns a validator, or nil for a schema that refers to itself.
func compiled(t *testing.T, schema any) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", strings.NewReader(text(schema))); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil && strings.Contains(err.Error(), "infinite loop") {
		return nil
	}
	if err != nil {
		t.Fatalf("%v in %s", err, text(schema))
	}
	return s
}
