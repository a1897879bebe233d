package syntax

import (
	"regexp"
	"strings"
)

// userInfo matches the user info of a URL; its first group is what to hide.
// A password with a slash in it is no user info to a parser, and meant as such.
var userInfo = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*:/*([^/?#\s"'\\]*:[^\s"'\\@]*|[^/?#\s"'\\]+)@`)

// secretKey matches keys whose values are secret unless they are references.
var secretKey = regexp.MustCompile(`(?i)secret|token|password|passwd|hmac`)

// plainReference matches what names a secret without being one: names, and
// absolute paths, as ToolHive's references are written.
var plainReference = regexp.MustCompile(`^(?:/[^\s,]*|op://[^,\x00-\x1f]+|[A-Za-z0-9][A-Za-z0-9._-]{0,62})(?:,target=[A-Za-z0-9_]+)?$`)

// maskSecrets hides what a document holds that nobody may see in a report: user
// info in URLs, the data of a Secret, and the values of keys that are named like
// a secret and hold anything but a reference.
func maskSecrets(d *Document) {
	root := d.Root
	d.Source.hidden = append(d.Source.hidden, func() { maskNode(root, false, isSecret(root)) })
}

func isSecret(n *Node) bool { return n.Get("kind").Text() == "Secret" }

// maskNode hides what is secret in a value. named says that a key above it is
// named like a secret, secret that it is part of a Secret.
func maskNode(n *Node, named, secret bool) {
	for _, item := range n.Items {
		maskNode(item, named && item.Kind != Map, secret || isSecret(item))
	}
	for _, e := range n.Entries {
		if secret && (e.Key.Value == "data" || e.Key.Value == "stringData") {
			maskAll(e.Value)
			continue
		}
		maskNode(e.Value, named || secretKey.MatchString(e.Key.Value), secret || isSecret(e.Value))
	}
	if n.Kind != String {
		return
	}
	text := string(n.Source.Data[n.Start:n.End])
	if named && !plainReference.MatchString(n.Value) || userInfo.MatchString(text) || holdsCredential(n.Value) {
		n.Source.Mask(n.Start, n.End)
	}
}

// queryParameter matches one parameter of a URL's query.
var queryParameter = regexp.MustCompile(`[?&;]([A-Za-z0-9_.-]+)=([^&;#\s"']+)`)

// credentialName matches the names of query parameters that carry credentials.
var credentialName = regexp.MustCompile(`(?i)^(.*[_-])?(token|secret|password|passwd|pwd|pass|api[_-]?key|jwt|credentials?|authorization|signature|sig|auth|bearer)$|^(code|key|access[_-]?key)$`)

// IsCredential reports whether a query parameter of a URL names a credential.
func IsCredential(parameter string) bool { return credentialName.MatchString(parameter) }

func holdsCredential(text string) bool {
	for _, m := range queryParameter.FindAllStringSubmatch(text, -1) {
		if IsCredential(m[1]) {
			return true
		}
	}
	return false
}

// maskDropped hides what is secret in a value that is in no tree, because its
// key stood there before.
func maskDropped(key, value *Node) {
	s := value.Source
	s.hidden = append(s.hidden, func() {
		if kindSecret.Match(s.Data) {
			maskAll(value)
			return
		}
		maskNode(value, secretKey.MatchString(key.Value), false)
	})
}

// Hide hides every scalar of a value from all that is shown from now on.
func (n *Node) Hide() { maskAll(n) }

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

var (
	secretLine     = regexp.MustCompile(`(?i)(?:secret|token|password|passwd|hmac)[A-Za-z0-9_-]*["']?\s*[:=]\s*(.+)`)
	credentialLine = regexp.MustCompile(`[?&;][A-Za-z0-9_.-]*(?i:token|key|secret|sig|pass|pwd|auth|code|credential)[A-Za-z0-9_.-]*=([^&;#\s"']+)`)
	anyValueLine   = regexp.MustCompile(`[:-]\s+(\S.*)`)
	kindSecret     = regexp.MustCompile(`(?m)["']?kind["']?\s*:\s*["']?Secret\b`)
)

// maskUnparsed hides, by its lines alone, what may be secret in a text that has
// no tree. It hides rather too much than too little.
func maskUnparsed(s *Source, start, end int) {
	s.hidden = append(s.hidden, func() { maskLines(s, start, end) })
}

func maskLines(s *Source, start, end int) {
	text := string(s.Data[start:end])
	patterns := []*regexp.Regexp{userInfo, secretLine, credentialLine}
	if kindSecret.MatchString(text) {
		patterns = append(patterns, anyValueLine)
	}
	for offset := start; text != ""; {
		line, rest, _ := strings.Cut(text, "\n")
		if len(line) <= 64<<10 {
			for _, p := range patterns {
				for _, m := range p.FindAllStringSubmatchIndex(line, -1) {
					s.Mask(offset+m[2], offset+m[3])
				}
			}
		} else {
			s.Mask(offset, offset+len(line))
		}
		offset += len(line) + 1
		text = rest
	}
}
