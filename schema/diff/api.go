package diff

import (
	"cmp"
	"fmt"
	"maps"
	"strings"
)

// api is what a CustomResourceDefinition says of an API.
type api struct {
	// names are what clients call it by: group, scope, kind, plural, singular, list
	// kind. aliases are short names and categories.
	names, aliases map[string]string
	conversion     string
	versions       map[string]*version
}

// version is one version of an API.
type version struct {
	served, storage bool
	tree            *tree
	// offers are what clients can ask of it beside the objects: subresources, printer
	// columns, selectable fields.
	offers map[string]string
}

func readAPI(m map[string]any) *api {
	const allowed = "apiextensions.k8s.io/v1"
	if group := textAt(m, "apiVersion", "#"); group != allowed {
		fail("apiVersion is %q, allowed is %s", group, allowed)
	}
	const at = "#/spec"
	spec := mapAt(m, "spec", "#")
	names := mapAt(spec, "names", at)
	a := &api{names: map[string]string{}, aliases: map[string]string{}, versions: map[string]*version{}}
	if boolAt(spec, "preserveUnknownFields", at) {
		fail("at %s/preserveUnknownFields: found true, allowed is false", at)
	}
	a.names["group"], a.names["scope"] = textAt(spec, "group", at), textAt(spec, "scope", at)
	for _, name := range []string{"kind", "listKind", "plural", "singular"} {
		a.names[name] = textAt(names, name, at+"/names")
	}
	// The API server fills these in.
	a.names["listKind"] = cmp.Or(a.names["listKind"], a.names["kind"]+"List")
	a.names["singular"] = cmp.Or(a.names["singular"], strings.ToLower(a.names["kind"]))
	for list, word := range map[string]string{"shortNames": "short name ", "categories": "category "} {
		for _, alias := range textsAt(names, list, at+"/names") {
			a.aliases[word+jsonText(alias)] = "there"
		}
	}
	a.conversion = jsonText(clean(spec["conversion"], at+"/conversion", 0))
	if strategy := mapAt(spec, "conversion", at); spec["conversion"] == nil || len(strategy) == 1 && strategy["strategy"] == "None" {
		a.conversion = "none"
	}
	a.readVersions(spec, at)
	return a
}

func (a *api) readVersions(spec map[string]any, at string) {
	for i, v := range mapsAt(spec, "versions", at) {
		at := fmt.Sprintf("%s/versions/%d", at, i)
		name := textAt(v, "name", at)
		if name == "" || a.versions[name] != nil {
			fail("at %s: the version has the name %q, allowed is one that no other has", at, name)
		}
		a.versions[name] = readVersion(v, at)
	}
	if len(a.versions) == 0 {
		fail("at %s/versions: the list is empty, a CustomResourceDefinition has a version", at)
	}
}

func readVersion(m map[string]any, at string) *version {
	root := mapAt(mapAt(m, "schema", at), "openAPIV3Schema", at+"/schema")
	if root == nil {
		fail("at %s: the version has no schema.openAPIV3Schema", at)
	}
	inside := at + "/schema/openAPIV3Schema"
	return &version{
		served: boolAt(m, "served", at), storage: boolAt(m, "storage", at), offers: readOffers(m, at),
		tree: readTree(withObjectFields(root, inside), inside, true),
	}
}

// withObjectFields adds what every object has, whether its schema names it or not:
// apiVersion, kind, and metadata with all of its fields.
func withObjectFields(root map[string]any, at string) map[string]any {
	properties := map[string]any{"apiVersion": map[string]any{"type": "string"}, "kind": map[string]any{"type": "string"}}
	given := mapAt(root, "properties", at)
	maps.Copy(properties, given)
	metadata := map[string]any{"type": "object"}
	maps.Copy(metadata, mapAt(given, "metadata", at+"/properties"))
	metadata["x-kubernetes-preserve-unknown-fields"] = true
	properties["metadata"] = metadata
	out := maps.Clone(root)
	out["properties"] = properties
	return out
}

func readOffers(m map[string]any, at string) map[string]string {
	offers := map[string]string{}
	subresources := mapAt(m, "subresources", at)
	for _, name := range sorted(subresources) {
		offers["subresource "+name] = jsonText(clean(subresources[name], at, 0))
	}
	for _, column := range mapsAt(m, "additionalPrinterColumns", at) {
		shown := maps.Clone(column)
		delete(shown, "name")
		delete(shown, "description")
		offers["printer column "+jsonText(textAt(column, "name", at))] = jsonText(clean(shown, at, 0))
	}
	for _, selectable := range mapsAt(m, "selectableFields", at) {
		offers["selectable field "+jsonText(textAt(selectable, "jsonPath", at))] = "there"
	}
	return offers
}

func compareAPIs(was, is *api) []Change {
	var changes []Change
	for _, name := range sorted(was.names) {
		if was.names[name] != is.names[name] {
			changes = append(changes, Change{Affects: Clients, What: name, Was: jsonText(was.names[name]), Is: jsonText(is.names[name]), Why: "requests for the old one find nothing"})
		}
	}
	for _, alias := range sorted(was.aliases) {
		if is.aliases[alias] == "" {
			changes = append(changes, Change{Affects: Clients, What: alias, Was: "there", Is: "gone", Why: "requests for it find nothing"})
		}
	}
	if was.conversion != is.conversion {
		changes = append(changes, Change{Affects: Stored, What: "conversion", Was: was.conversion, Is: is.conversion, Why: "objects come out of the store in another form"})
	}
	for _, name := range sorted(was.versions) {
		changes = append(changes, compareVersions(name, was.versions[name], is.versions[name])...)
	}
	return changes
}

// compareVersions compares a version with what became of it, which is nil where it is
// gone. What nobody can ask for concerns nobody, but for the objects that are stored.
func compareVersions(name string, was, is *version) []Change {
	var changes []Change
	switch {
	case was.storage && (is == nil || !is.storage):
		changes = append(changes, Change{Version: name, Affects: Stored, What: "storage version", Was: "this one", Is: "another", Why: "objects stay in the old form until they are written again"})
	case is == nil:
		changes = append(changes, Change{Version: name, Affects: Stored, What: "version", Was: "there", Is: "gone", Why: "objects may be stored in it"})
	}
	switch {
	case was.served && (is == nil || !is.served):
		return append(changes, Change{Version: name, Affects: Clients, What: "version", Was: "served", Is: "not served", Why: "requests for it find nothing"})
	case is == nil:
		return changes
	case was.served:
		changes = append(changes, compareOffers(name, was.offers, is.offers)...)
		return append(changes, compareTrees(was.tree, is.tree, name)...)
	case was.storage:
		for _, c := range compareTrees(was.tree, is.tree, name) {
			if c.Breaks() {
				c.Affects = Stored
				changes = append(changes, c)
			}
		}
	}
	return changes
}

func compareOffers(version string, was, is map[string]string) []Change {
	var changes []Change
	for _, name := range sorted(was) {
		if was[name] != is[name] {
			changes = append(changes, Change{Version: version, Affects: Clients, What: name, Was: was[name], Is: cmp.Or(is[name], "gone"), Why: "clients count on what it was"})
		}
	}
	const status = "subresource status"
	if was[status] == "" && is[status] != "" {
		changes = append(changes, Change{Version: version, Affects: Clients, What: status, Was: "none", Is: is[status], Why: "a status that is written with the object is ignored"})
	}
	return changes
}
