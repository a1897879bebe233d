package secret

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// canary begins every value in these tests. It must not be seen.
const canary = "c4n4ry-do-not-show"

// shelf is what a store under test is to hold: the values of the keys of Secrets,
// and of ToolHive names.
type shelf struct {
	secrets map[string]map[string]string // by name, in no namespace
	names   map[string]string
}

// fixture is how a kind of store is tested.
type fixture struct {
	// open returns a store that holds the shelf.
	open func(*testing.T, shelf) Store
	// keys and names say which references the store can hold.
	keys, names bool
	// text says that values are text without NUL, emptyIsNone that an empty value
	// counts as none.
	text, emptyIsNone bool
}

// fixtures has one for each kind of [Stores].
var fixtures = map[string]fixture{
	"env":       {open: shelveEnv, names: true, text: true, emptyIsNone: true},
	"dir":       {open: shelveDir, keys: true, names: true},
	"manifests": {open: shelveManifests, keys: true},
	"cluster":   {open: shelveCluster, keys: true},
	"exec":      {open: shelveExec, keys: true, names: true},
}

func shelveEnv(t *testing.T, s shelf) Store {
	for name, value := range s.names {
		t.Setenv("TOOLHIVE_SECRET_"+name, value)
	}
	return open(t, "env", Sources{})
}

func shelveDir(t *testing.T, s shelf) Store {
	folder := t.TempDir()
	for name, data := range s.secrets {
		for key, value := range data {
			mountKey(t, filepath.Join(folder, name), key, value)
		}
	}
	for name, value := range s.names {
		write(t, filepath.Join(folder, name), value)
	}
	return open(t, "dir:"+folder, Sources{})
}

// mountKey writes a key as the kubelet does: the key is a link to a file in ..data,
// which is a link to a folder.
func mountKey(t *testing.T, folder, key, value string) {
	t.Helper()
	write(t, filepath.Join(folder, "..2026_01_02", key), value)
	if err := os.Symlink("..2026_01_02", filepath.Join(folder, "..data")); err != nil && !os.IsExist(err) {
		t.Fatal(err)
	}
	if err := os.Symlink("..data/"+key, filepath.Join(folder, key)); err != nil {
		t.Fatal(err)
	}
}

func shelveManifests(t *testing.T, s shelf) Store {
	var list []Manifest
	for name, data := range s.secrets {
		one := Manifest{Name: name, Value: func(key string) (Value, error) { return NewValue([]byte(data[key])), nil }}
		for key := range data {
			one.Keys = append(one.Keys, key)
		}
		slices.Sort(one.Keys)
		list = append(list, one)
	}
	return open(t, "manifests", Sources{Inputs: list})
}

// shelveCluster puts a kubectl in front of the real one that finds Secrets in a
// folder, and has the real one's words for the rest.
func shelveCluster(t *testing.T, s shelf) Store {
	folder := t.TempDir()
	for name, data := range s.secrets {
		object := map[string]any{
			"apiVersion": "v1", "kind": "Secret", "type": "Opaque",
			"metadata": map[string]string{"name": name, "namespace": "default", "uid": "1"},
		}
		encoded := map[string][]byte{}
		for key, value := range data {
			encoded[key] = []byte(value)
		}
		object["data"] = encoded
		text, err := json.MarshalIndent(object, "", "    ")
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(folder, name+".json"), string(text)+"\n")
	}
	fakeCommand(t, "kubectl", `
case "$1 $2 $4 $5" in
"get secret --ignore-not-found --output=json") ;;
*) echo "error: unknown command or flag" >&2; exit 1 ;;
esac
if [ -f "`+folder+`/$3.json" ]; then cat "`+folder+`/$3.json"; fi
`)
	return open(t, "cluster", Sources{})
}

// shelveExec has a script that looks its whole request up in a folder.
func shelveExec(t *testing.T, s shelf) Store {
	folder := t.TempDir()
	n := 0
	shelve := func(ref Ref, answer string, value string) {
		for _, asked := range []bool{false, true} {
			request, err := encodeRequest(ref, HMAC, asked)
			if err != nil {
				t.Fatal(err)
			}
			encoded, err := json.Marshal([]byte(value))
			if err != nil {
				t.Fatal(err)
			}
			n++
			write(t, filepath.Join(folder, fmt.Sprint(n, ".request")), string(request))
			with := ""
			if asked {
				with = `,"value":` + string(encoded)
			}
			write(t, filepath.Join(folder, fmt.Sprint(n, ".answer")), strings.Replace(answer, "VALUE", with, 1))
		}
	}
	for name, value := range s.names {
		shelve(Ref{Name: name}, `{"version":1,"found":true VALUE}`, value)
	}
	for name, data := range s.secrets {
		var keys []string
		for key := range data {
			keys = append(keys, key)
		}
		listed, err := json.Marshal(keys)
		if err != nil {
			t.Fatal(err)
		}
		for key, value := range data {
			shelve(Ref{Key: Key{Name: name, Key: key}}, `{"version":1,"found":true,"keys":`+string(listed)+`VALUE}`, value)
		}
		write(t, filepath.Join(folder, name+".keys"), `{"version":1,"found":true,"keys":`+string(listed)+`}`)
	}
	script := filepath.Join(t.TempDir(), "store.sh")
	write(t, script, `
request=$(cat)
file=$(grep -lFxe "$request" "`+folder+`"/*.request)
if [ -n "$file" ]; then cat "${file%.request}.answer"; exit; fi
name=$(printf '%s' "$request" | sed -n 's/.*"secret":{"namespace":"","name":"\([-a-z0-9]*\)".*/\1/p')
if [ -n "$name" ] && [ -f "`+folder+`/$name.keys" ]; then cat "`+folder+`/$name.keys"; exit; fi
echo '{"version":1,"found":false}'
`)
	return open(t, "exec:sh "+script, Sources{})
}

func open(t *testing.T, text string, in Sources) Store {
	t.Helper()
	spec, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	store, err := spec.Open(in)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// fakeCommand puts a shell script in front of PATH.
func fakeCommand(t *testing.T, name, script string) {
	t.Helper()
	folder := t.TempDir()
	write(t, filepath.Join(folder, name), "#!/bin/sh\n"+script)
	if err := os.Chmod(filepath.Join(folder, name), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// TestStores holds every store to the same.
func TestStores(t *testing.T) {
	for _, kind := range Stores {
		f, ok := fixtures[kind.Name]
		if !ok {
			t.Errorf("%s has no fixture", kind.Name)
			continue
		}
		t.Run(kind.Name, f.test)
	}
}

// values are what a store must hand out as it is.
var values = map[string]string{
	"plain":   canary,
	"newline": canary + "\n",
	"spaces":  " \t" + canary + "\r\n\n",
	"quotes":  canary + `'"\$(id)` + "`",
	"unicode": canary + "ÄÖ…",
}

func (f fixture) test(t *testing.T) {
	s := shelf{map[string]map[string]string{"webhooks": {}}, map[string]string{}}
	for key, value := range values {
		s.secrets["webhooks"][key], s.names["NAME-"+key] = value, value
	}
	s.secrets["webhooks"]["empty"], s.names["NAME-empty"] = "", ""
	if !f.text {
		s.secrets["webhooks"]["bytes"], s.names["NAME-bytes"] = canary+"\x00\xff\xfe", canary+"\x00\xff\xfe"
	}
	store := f.open(t, s)
	t.Run("holds", func(t *testing.T) { f.holds(t, store) })
	t.Run("found", func(t *testing.T) { f.found(t, store, s) })
	t.Run("absent", func(t *testing.T) { f.absent(t, store) })
	t.Run("awkward", func(t *testing.T) { f.awkward(t, store) })
	t.Run("cancelled", func(t *testing.T) { f.cancelled(t, store) })
}

func (f fixture) holds(t *testing.T, store Store) {
	for ref, want := range map[Ref]bool{
		{Key: Key{Name: "webhooks", Key: "plain"}}:                 f.keys,
		{Key: Key{Namespace: "team", Name: "webhooks", Key: "ca"}}: f.keys,
		{Name: "NAME-plain"}:                                       f.names,
		{File: "/etc/passwd"}:                                      false,
		{}:                                                         false,
	} {
		if got := store.Holds(ref); got != want {
			t.Errorf("%s holds %+v: got %t, want %t", store, ref, got, want)
		}
	}
}

func (f fixture) found(t *testing.T, store Store, s shelf) {
	refs := map[Ref]string{}
	for name, value := range s.names {
		refs[Ref{Name: name}] = value
	}
	for key, value := range s.secrets["webhooks"] {
		refs[Ref{Key: Key{Name: "webhooks", Key: key}}] = value
	}
	for ref, want := range refs {
		if !store.Holds(ref) {
			continue
		}
		for _, asked := range []bool{false, true} {
			got := lookOne(t, store, Request{Ref: ref, Purpose: HMAC, Value: asked})
			if f.emptyIsNone && want == "" {
				if got.Err != nil || got.Found {
					t.Errorf("%+v is empty, and found: %+v", ref, got)
				}
				continue
			}
			if got.Err != nil || !got.Found || got.NoKey || got.Keys != nil || got.Exposed {
				t.Errorf("%+v: got %+v", ref, got)
			}
			if got.Value.IsSet() != asked {
				t.Errorf("%+v: asked for the value: %t, got it: %t", ref, asked, got.Value.IsSet())
			}
			if asked && string(got.Value.Reveal()) != want {
				t.Errorf("%+v: got %q, want %q", ref, got.Value.Reveal(), want)
			}
		}
	}
}

func (f fixture) absent(t *testing.T, store Store) {
	for _, ref := range []Ref{
		{Name: "OTHER"}, {Name: "name-plain"},
		{Key: Key{Name: "other", Key: "plain"}},
		{Key: Key{Name: "webhook", Key: "plain"}},
	} {
		if got := lookOne(t, store, Request{Ref: ref, Purpose: CA, Value: true}); got.Found || got.NoKey || got.Err != nil {
			t.Errorf("%+v: got %+v", ref, got)
		}
	}
	if !f.keys {
		return
	}
	got := lookOne(t, store, Request{Ref: Ref{Key: Key{Name: "webhooks", Key: "PLAIN"}}, Purpose: HMAC, Value: true})
	want := []string{"empty", "newline", "plain", "quotes", "spaces", "unicode"}
	if !f.text {
		want = slices.Insert(want, 0, "bytes")
	}
	if got.Err != nil || !got.Found || !got.NoKey || !slices.Equal(got.Keys, want) || got.Value.IsSet() {
		t.Errorf("got %+v, want the keys %q", got, want)
	}
}

// awkward asks for names that mean something to a shell, to a file system, to
// kubectl, or to JSON.
func (f fixture) awkward(t *testing.T, store Store) {
	for _, name := range []string{
		"..", ".", "../webhooks", "webhooks/..", "/etc/passwd", "a b", "$(id)", "`id`", "';id;'", `"`, `\`, "*", "~",
		"-h", "--help", "--all-namespaces", "", "webhooks\n", "NAME-plain\x00", "NAME=plain", "..data", "é", "\xff", "op://vault/item/field",
		`x"},"purpose":"hmac"}`, "%s", strings.Repeat("n", 200),
	} {
		refs := []Ref{{Name: name}}
		if name != "" {
			refs = append(refs, Ref{Key: Key{Name: name, Key: "plain"}}, Ref{Key: Key{Name: "webhooks", Key: name}},
				Ref{Key: Key{Namespace: name, Name: "webhooks", Key: "other"}})
		}
		for _, ref := range refs {
			if got := lookOne(t, store, Request{Ref: ref, Purpose: HMAC, Value: true}); got.Found && !got.NoKey || got.Value.IsSet() {
				t.Errorf("%+v is found: %+v", ref, got)
			}
		}
	}
}

func (f fixture) cancelled(t *testing.T, store Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, ref := range []Ref{{Name: "NAME-plain"}, {Key: Key{Name: "webhooks", Key: "plain"}}} {
		got := Lookup(ctx, []Store{store}, []Request{{Ref: ref, Value: true}})
		if got[0].Err == nil || got[0].Err.Error() != "interrupted" || got[0].Found || got[0].Value.IsSet() {
			t.Errorf("%+v: got %+v", ref, got[0])
		}
	}
}

// lookOne asks one store, with a patience that no test comes to, and sees to it that
// nothing shows a value.
func lookOne(t *testing.T, store Store, r Request) Result {
	t.Helper()
	got := newEngine([]Store{store}, time.Minute).lookup(t.Context(), []Request{r})[0]
	hidden(t, got)
	return got
}

// hidden fails where a result, or its error, shows the canary in any way of printing
// it.
func hidden(t *testing.T, got Result) {
	t.Helper()
	errs := []any{got.Err}
	for err := got.Err; err != nil; err = errors.Unwrap(err) {
		errs = append(errs, err)
	}
	for _, thing := range append(errs, got, &got, got.Answer, got.Value, []Result{got}, map[string]Answer{"a": got.Answer}) {
		if shown := everyPrint(thing); strings.Contains(shown, canary) || strings.Contains(shown, fmt.Sprintf("%x", canary)) {
			t.Errorf("%T shows the value: %s", thing, shown)
		}
	}
}

// everyPrint prints a thing in every way that is at hand.
func everyPrint(thing any) string {
	var text strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%q", "%x", "%X", "%s", "%d", "%o", "%b", "%c", "%U", "%t", "%e"} {
		fmt.Fprintf(&text, verb+"\n", thing)
	}
	fmt.Fprintln(&text, thing)
	if data, err := json.Marshal(thing); err == nil {
		text.Write(data)
	}
	slog.New(slog.NewTextHandler(&text, nil)).Info("m", "thing", thing)
	slog.New(slog.NewJSONHandler(&text, nil)).Info("m", "thing", thing)
	return text.String()
}
