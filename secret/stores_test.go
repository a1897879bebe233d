package secret

import (
	"errors"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	const allowed = "allowed are env, dir:PATH, manifests[:GLOB], cluster[:CONTEXT], exec:COMMAND"
	for text, want := range map[string]string{
		"env":                             "env",
		"dir:/run/secrets":                "dir:/run/secrets",
		"dir:C:/x":                        "dir:C:/x",
		"manifests":                       "manifests",
		"manifests:k8s/**.yaml":           "manifests:k8s/**.yaml",
		"cluster":                         "cluster",
		"cluster:prod":                    "cluster:prod",
		"cluster:arn:aws:eks:x":           "cluster:arn:aws:eks:x",
		"exec:./vault.sh":                 "exec:./vault.sh",
		"exec:vault.sh --token=" + canary: "exec:vault.sh …",

		"":                             `! there is no store "", ` + allowed,
		"vault":                        `! there is no store "vault", ` + allowed,
		"Env":                          `! there is no store "Env", ` + allowed,
		"./secrets":                    `! there is no store "./secrets", ` + allowed,
		"TOKEN=" + canary + " ./vault": `! there is no such store, ` + allowed,
		canary + canary + canary:       `! there is no such store, ` + allowed,
		"env:":                         `! store "env" takes nothing after its name`,
		"env:PATH":                     `! store "env" takes nothing after its name`,
		"dir":                          `! store "dir" lacks what it looks in, write dir:PATH`,
		"dir:":                         `! store "dir" lacks what it looks in, write dir:PATH`,
		"exec: ":                       `! store "exec" lacks what it looks in, write exec:COMMAND`,
		"manifests:":                   `! store "manifests" lacks what it looks in, write manifests[:GLOB]`,
		"cluster:":                     `! store "cluster" lacks what it looks in, write cluster[:CONTEXT]`,
		"dir:a\x00b":                   `! store "dir" has a NUL byte after its name`,
	} {
		spec, err := Parse(text)
		got := spec.String()
		if err != nil {
			got = "! " + err.Error()
		}
		if got != want {
			t.Errorf("Parse(%q): got %s, want %s", text, got, want)
		}
		if err == nil && spec.Kind.Name != "manifests" {
			store, err := spec.Open(Sources{})
			if err != nil || store.String() != want {
				t.Errorf("Parse(%q).Open(): got %v, %v", text, store, err)
			}
		}
	}
}

func TestCommandLineOnly(t *testing.T) {
	for _, kind := range Stores {
		if want := kind.Name == "cluster" || kind.Name == "exec"; kind.CommandLineOnly != want {
			t.Errorf("%s: command line only: got %t, want %t", kind.Name, kind.CommandLineOnly, want)
		}
		if kind.Summary == "" {
			t.Errorf("%s has no summary", kind.Name)
		}
	}
}

func TestManifestsOfAGlob(t *testing.T) {
	spec, err := Parse("manifests:secrets/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	asked := ""
	store, err := spec.Open(Sources{
		Inputs: []Manifest{{Name: "input", Keys: []string{"a"}}},
		Manifests: func(glob string) ([]Manifest, error) {
			asked = glob
			return []Manifest{{Name: "file", Keys: []string{"a"}}}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if asked != "secrets/*.yaml" || store.String() != "manifests:secrets/*.yaml" {
		t.Errorf("got the glob %q and the store %s", asked, store)
	}
	for name, want := range map[string]bool{"file": true, "input": false} {
		if got := lookOne(t, store, Request{Ref: Ref{Key: Key{Name: name, Key: "a"}}}); got.Found != want || got.Err != nil {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	if _, err := spec.Open(Sources{}); err == nil {
		t.Error("a glob without files to match is no error")
	}
	failing := Sources{Manifests: func(string) ([]Manifest, error) { return nil, errors.New("no such folder") }}
	if _, err := spec.Open(failing); err == nil || !strings.Contains(err.Error(), "no such folder") {
		t.Errorf("got %v", err)
	}
}

func TestManifests(t *testing.T) {
	value := func(key string) (Value, error) {
		if key == "bad" {
			return Value{}, errors.New("is not base64")
		}
		return NewValue([]byte(canary)), nil
	}
	store := open(t, "manifests", Sources{Inputs: []Manifest{
		{Namespace: "", Name: "plain", Keys: []string{"a", "bad"}, Value: value},
		{Namespace: "team", Name: "other", Keys: []string{"a"}, Value: value},
		{Namespace: "team", Name: "twice", Keys: []string{"a"}, Value: value},
		{Namespace: "team", Name: "twice", Keys: []string{"b"}, Value: value},
		{Namespace: "", Name: "twice", Keys: []string{"a"}, Value: value},
	}})
	for _, c := range []struct {
		key  Key
		want string
	}{
		{Key{"", "plain", "a"}, "found"},
		{Key{"team", "plain", "a"}, "absent"},
		{Key{"", "other", "a"}, "absent"},
		{Key{"team", "other", "a"}, "found"},
		{Key{"", "twice", "a"}, "found"},
		{Key{"team", "twice", "a"}, `manifests: Secret "twice" stands in the manifests 2 times`},
		{Key{"", "plain", "bad"}, `manifests: key "bad" of Secret "plain": is not base64`},
	} {
		if got := verdict(lookOne(t, store, Request{Ref: Ref{Key: c.key}, Value: true})); got != c.want {
			t.Errorf("%+v: got %s, want %s", c.key, got, c.want)
		}
	}
}

// verdict says in a word or two what a result is.
func verdict(r Result) string {
	switch {
	case r.Err != nil:
		return r.Err.Error()
	case r.NoKey:
		return "no key, but " + strings.Join(r.Keys, " ")
	case r.Found:
		return "found"
	}
	return "absent"
}
