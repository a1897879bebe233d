package syntax

import (
	"net/url"
	"strings"

	"github.com/thvctl/thvctl/compiler/token"
	"github.com/thvctl/thvctl/internal/pattern"
)

// userInfo matches the user info of a URL; its first group is what to hide.
// A password with a slash in it is no user info to a parser, and meant as such.
var userInfo = pattern.Lazy(`[A-Za-z][A-Za-z0-9+.-]*:/*([^/?#\s"'\\]*:[^\s"'\\@]*|[^/?#\s"'\\]+)@`)

// anyUserInfo matches what is meant as the user info of a URL in a decoded value,
// whatever characters the password has.
var anyUserInfo = pattern.Lazy(`(?s)[A-Za-z][A-Za-z0-9+.-]*:/*(?:[^/?#@]*|[^@]*:[^@]*)@`)

// halfUserInfo matches an address in which a password stands where the port belongs,
// because its host was forgotten.
var halfUserInfo = pattern.Lazy(`^[A-Za-z][A-Za-z0-9+.-]*://[^/?#@\[\]]*:[0-9]*[^0-9/?#@][^/?#@]*(?:[/?#]|$)`)

// longUserInfo matches user info with blanks in it, in a line of a text.
var longUserInfo = pattern.Lazy(`[A-Za-z][A-Za-z0-9+.-]*://([^/"'@\s]*:[^"'@]*)@`)

// secretKey matches keys whose values are secret unless they are references.
var secretKey = pattern.Lazy(`(?i)` + secretWords)

// secretWords are the words in the names of such keys.
const secretWords = `(?:secret|token|password|passwd|passphrase|hmac|api[_-]?key|private[_-]?key|credential|authorization|bearer)`

// referenceKey matches the keys whose values name a secret: references, and the
// names in them. A bare word under any other key may be the secret itself.
var referenceKey = pattern.Lazy(`(?i)(?:ref|secret_?name)$`)

// nameKey matches the keys inside a reference whose values are names.
var nameKey = pattern.Lazy(`(?i)^(?:name|namespace|key|path|file|kind|optional|target.*|(?:cert|key|ca)_key)$`)

// headerName matches the keys whose values are names of headers, and plainHeader such
// names.
var (
	headerName  = pattern.Lazy(`(?i)^header_?name$`)
	plainHeader = pattern.Lazy("^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,63}$")
)

// plainReference matches what names a secret without being one: names, and
// absolute paths, as ToolHive's references are written.
var plainReference = pattern.Lazy(`^(?:/[^\s,]*|op://[^,\x00-\x1f]+|[A-Za-z0-9][A-Za-z0-9._-]{0,62})(?:,target=[A-Za-z0-9_]+)?$`)

// pathKey matches the keys of webhook files whose values are paths, and plainPath
// the paths that people write there.
var (
	pathKey   = pattern.Lazy(`(?i)^(?:ca_?bundle|client_?(?:cert|key))(?:_?path)?$`)
	plainPath = pattern.Lazy(`^[^\s"'\\#:{}*]+$`)
)

// maskSecrets hides what a document holds that nobody may see in a report: user
// info in URLs, the data of a Secret, and the values of keys that are named like
// a secret and hold anything but a reference.
func maskSecrets(d *Document) {
	root := d.Root
	d.Source.trees = append(d.Source.trees, func() {
		maskNode(root, secrecy{})
		if status := root.Get("status"); status != nil && root.Get("kind") != nil {
			maskAll(status) // it is no part of the source, and nobody checks it
		}
		if d.Format == YAML {
			maskComments(d.Source, d.Start, d.End)
		}
	})
}

// maskTokens hides what is written like a secret of a known shape, wherever it
// stands in the text.
func (s *Source) maskTokens() {
	if s.scanned {
		return
	}
	s.scanned = true
	for start, part := range textParts(s.Data) {
		for _, m := range token.All(string(part)) {
			s.masks = append(s.masks, mask{start + m.Start, start + m.End, false})
		}
	}
}

// maskTokens does the same for a scalar as it is read: with escapes or over
// several lines it is written otherwise. Then all of it is hidden.
func (n *Node) maskTokens() {
	found := token.All(n.Value)
	if len(found) == 0 {
		return
	}
	at := strings.Index(string(n.Source.Data[n.Start:n.End]), n.Value)
	if at < 0 {
		n.Source.Mask(n.Start, n.End)
		return
	}
	for _, m := range found {
		n.Source.Mask(n.Start+at+m.Start, n.Start+at+m.End)
	}
}

// HideTokens returns a text with one bullet in place of each character of a
// secret of a known shape.
func HideTokens(text string) string {
	if _, found := token.Find(text); !found {
		return text
	}
	s := Source{Data: []byte(text)}
	return s.Text(0, len(text))
}

// comment matches what may be a comment.
var comment = pattern.Lazy(`(?m)(?:^|[ \t])#.*$`)

// maskComments hides what may be secret in comments.
func maskComments(s *Source, start, end int) {
	for _, m := range comment().FindAllIndex(s.Data[start:end], -1) {
		maskLine(s, string(s.Data[start+m[0]:start+m[1]]), start+m[0])
	}
}

func isSecret(n *Node) bool {
	kind := strings.ToLower(strings.TrimSpace(n.Get("kind").Text()))
	return kind == "secret" || kind == "secretlist"
}

// plainHeaders matches the keys, and their near misses, whose values are headers
// with their values.
var (
	plainHeaders  = pattern.Lazy(`(?i)add_?plain|plain_?te?xt_?headers|^(?:add_?|resolved_?)?headers$`)
	headerForward = pattern.Lazy(`(?i)^header_?for?ward$`)
)

// secretHeaders matches the keys, and their near misses, whose values are headers with
// the names of their secrets.
var secretHeaders = pattern.Lazy(`(?i)headers_?from_?secret`)

// valueInName matches the name of a header in which its value stands as well: a text
// behind a sign that no name has.
var valueInName = pattern.Lazy("[^-!#$%&'*+.^_`|~0-9A-Za-z].{7}|[:=] *[^:= ]")

// maskHeaders hides the values of headers. What is no credential by the looks of it is
// not searched for elsewhere: "github" may be the value of a header and a good name.
func maskHeaders(n *Node) {
	for _, e := range n.Entries {
		name, v := e.Key.Value, e.Value
		isSecret := secretKey().MatchString(name) || strings.EqualFold(name, "cookie") || token.IsNoName(v.Value) || holdsCredential(v.Value) || anyUserInfo().MatchString(v.Value)
		if _, known := token.Find(v.Value); isSecret || known || v.Kind == List || v.Kind == Map {
			maskAll(v)
			continue
		}
		v.Source.masks = append(v.Source.masks, mask{v.Start, v.End, true})
	}
}

// maskNames hides the names of headers that hold a value.
func maskNames(n *Node) {
	for _, e := range n.Entries {
		if valueInName().MatchString(e.Key.Value) {
			e.Key.Source.Mask(e.Key.Start, e.Key.End)
		}
	}
}

// lastApplied is the annotation in which kubectl keeps a whole object.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// shownInSecret are the keys of a Secret whose values are not secret.
var shownInSecret = pattern.Lazy(`^(?:apiVersion|kind|metadata|type|immutable|items)$`)

// secrecy says what stands above a value.
type secrecy struct {
	// named says that a key above is named like a secret, reference that one is a
	// reference, so that a name is no secret.
	named, reference bool
	// secret says that the value is part of a Secret, and top that it is one: the
	// items of a SecretList need not say so.
	secret, top bool
	// metadata says that the value is the metadata of an object.
	metadata bool
}

// shownInMetadata are the keys of an object's metadata whose values are shown.
var shownInMetadata = pattern.Lazy(`^(?:name|namespace|generateName|labels|annotations|creationTimestamp|generation|resourceVersion|uid|finalizers|ownerReferences)$`)

// longestKey bounds the keys that may be shown, in bytes. Nobody writes such a long one.
const longestKey = 4096

// maskNode hides what is secret in a value.
func maskNode(n *Node, above secrecy) {
	if n.Kind == Map && isSecret(n) {
		above.secret, above.top = true, true
	}
	for _, item := range n.Items {
		maskNode(item, above)
	}
	for _, e := range n.Entries {
		if len(e.Key.Value) > longestKey { // a look at it by each pattern would cost much
			e.Key.Source.Mask(e.Key.Start, e.Key.End)
			maskAll(e.Value)
			continue
		}
		if above.top && !shownInSecret().MatchString(e.Key.Value) || above.secret && e.Key.Value == "annotations" || above.metadata && !shownInMetadata().MatchString(e.Key.Value) {
			maskAll(e.Value)
			continue
		}
		path := pathKey().MatchString(e.Key.Value) && e.Value.Kind == String && (!plainPath().MatchString(e.Value.Value) || token.IsNoName(e.Value.Value))
		headers := plainHeaders().MatchString(e.Key.Value) || headerForward().MatchString(e.Key.Value) && e.Value.Kind == String
		if headers || secretHeaders().MatchString(e.Key.Value) {
			maskNames(e.Value)
		}
		if headers && e.Value.Kind == Map {
			maskHeaders(e.Value)
			continue
		}
		if headers || path || e.Key.Value == lastApplied {
			maskAll(e.Value)
			continue
		}
		below := above
		below.top = above.top && e.Key.Value == "items"
		below.metadata = e.Key.Value == "metadata"
		if key := e.Key.Value; secretKey().MatchString(key) && !isLookup(e) {
			below.named, below.reference = true, referenceKey().MatchString(key)
		} else {
			below.reference = above.named && nameKey().MatchString(key)
		}
		if headerName().MatchString(e.Key.Value) && plainHeader().MatchString(e.Value.Value) && !token.IsNoName(e.Value.Value) {
			below.named = false
		}
		if anyUserInfo().MatchString(e.Key.Value) || holdsCredential(e.Key.Value) {
			e.Key.Source.Mask(e.Key.Start, e.Key.End)
		}
		e.Key.maskTokens()
		maskNode(e.Value, below)
	}
	if n.Kind == List || n.Kind == Map {
		return
	}
	n.maskTokens()
	isReference := above.reference && (n.Kind != String || plainReference().MatchString(n.Value) && !token.IsNoName(n.Value))
	if above.named && !isReference && n.Kind != Null && n.Kind != Bool || n.Kind == String && (anyUserInfo().MatchString(n.Value) || halfUserInfo().MatchString(n.Value) || holdsCredential(n.Value) || credentialLine().MatchString(n.Value)) {
		n.Source.Mask(n.Start, n.End)
	}
}

// isLookup reports whether an entry is the part of a project file that says how
// secrets are looked up; it holds none.
func isLookup(e Entry) bool {
	return e.Key.Value == "secrets" && (e.Value.Get("bind") != nil || e.Value.Get("stores") != nil)
}

// queryParameter matches the beginning of a parameter of a URL's query or fragment
// that is not empty, whatever a program takes for the mark between two of them.
var queryParameter = pattern.Lazy(`[?&;#]([^?&;#=\s]+)=[^&;#\s]`)

// credentialName matches the names of query parameters that carry credentials.
var credentialName = pattern.Lazy(`(?i)(token|secret|password|passwd|pwd|apikey|(api|access|private|secret|subscription|shared|account)[_-]?key(id)?|jwt|hmac|credentials?|authorization|signature)(\[\])?$|^(sig|auth|bearer|code|key|pass|pw)$`)

// CredentialIn returns the decoded name of the first parameter of a URL that carries
// a credential, in its query or its fragment; ok is false where there is none. The
// text may be more than a URL.
func CredentialIn(text string) (name string, ok bool) {
	for _, m := range queryParameter().FindAllStringSubmatch(text, -1) {
		name, err := url.QueryUnescape(m[1])
		if err != nil {
			name = m[1]
		}
		if credentialName().MatchString(name) {
			return name, true
		}
	}
	return "", false
}

func holdsCredential(text string) bool {
	_, ok := CredentialIn(text)
	return ok
}

// maskDropped hides what is secret in a value that is in no tree, because its
// key stood there before.
func maskDropped(key, value *Node) {
	s := value.Source
	s.hidden = append(s.hidden, func() {
		if !plainFields[key.Value] {
			maskAll(value)
			return
		}
		maskNode(value, secrecy{})
	})
}

// plainFields are the keys whose values are hardly ever secret.
var plainFields = map[string]bool{
	"name": true, "url": true, "timeout": true, "failure_policy": true, "failurePolicy": true,
	"validating": true, "mutating": true, "validating_webhooks": true, "mutating_webhooks": true,
	"middleware_configs": true, "webhooks": true, "schema_version": true, "transport": true,
	"apiVersion": true, "kind": true, "metadata": true, "namespace": true, "spec": true, "items": true,
	"package": true, "import": true,
	"form": true, "fail-on": true, "exclude": true, "policies": true,
}

// Hide hides every scalar of a value from all that is shown from now on. What is too
// short for a secret stays.
func (n *Node) Hide() { n.hide(false) }

// HideAll hides the keys in it as well.
func (n *Node) HideAll() { n.hide(true) }

func (n *Node) hide(keys bool) {
	const shortNumber = 4
	for _, item := range n.Items {
		item.hide(keys)
	}
	for _, e := range n.Entries {
		if keys {
			e.Key.hide(keys)
		}
		e.Value.hide(keys)
	}
	switch {
	case n.Kind == List, n.Kind == Map, n.Kind == Null, n.Kind == Bool, n.Kind == Int && len(n.Value) <= shortNumber:
	default:
		n.Source.Mask(n.Start, n.End)
	}
}

// maskAll hides every scalar below a value.
func maskAll(n *Node) {
	for _, item := range n.Items {
		maskAll(item)
	}
	for _, e := range n.Entries {
		maskAll(e.Value)
	}
	if n.Kind != List && n.Kind != Map {
		n.Source.Mask(n.Start, n.End)
	}
}
