package toolhive

import (
	"net/textproto"
	"strings"
)

// What the names of header forwarding begin with in ToolHive v0.62.
const (
	identifierPrefix = "HEADER_FORWARD_"
	secretPrefix     = "TOOLHIVE_SECRET_"
	manifestPrefix   = "TOOLHIVE_HEADER_FORWARD_"
)

// HeaderNames are the names that ToolHive v0.62 derives for one header of one owner, an
// MCPServerEntry or an MCPRemoteProxy. They are not unique: what is no letter or digit
// becomes "_", and nothing marks where the header ends and the owner begins.
type HeaderNames struct {
	// Identifier names the secret in a RunConfig and in a manifest variable.
	Identifier string
	// Secret is the environment variable that holds the secret, and Manifest the one
	// that tells a VirtualMCPServer all headers of the owner.
	Secret, Manifest string
}

// NamesOfHeader returns the names of one header of one owner. Every name of an
// identifier or variable of header forwarding comes from it. The names consist of A-Z,
// 0-9 and "_".
func NamesOfHeader(owner, header string) HeaderNames {
	identifier := identifierPrefix + variablePart(header) + "_" + variablePart(owner)
	return HeaderNames{Identifier: identifier, Secret: secretPrefix + identifier, Manifest: manifestPrefix + variablePart(owner)}
}

// variablePart returns a text in upper case, with "_" for each character that a
// variable's name cannot hold.
func variablePart(text string) string {
	return strings.Map(identifierRune, strings.ToUpper(text))
}

// IsHeaderVariable reports whether an environment variable is one of header forwarding.
func IsHeaderVariable(name string) bool {
	return strings.HasPrefix(name, manifestPrefix) || strings.HasPrefix(name, secretPrefix+identifierPrefix)
}

// CanonicalHeader returns the name by which ToolHive and net/http tell headers apart: a
// capital at the beginning and after each "-", and small letters elsewhere. A name that
// is no token stays as it is.
func CanonicalHeader(name string) string { return textproto.CanonicalMIMEHeaderKey(name) }

// IsRestrictedHeader reports whether ToolHive v0.62 refuses to add a header. The name is
// taken in canonical form.
func IsRestrictedHeader(name string) bool { return restrictedHeaders[CanonicalHeader(name)] }

// restrictedHeaders are those that ToolHive v0.62 adds to no request.
var restrictedHeaders = map[string]bool{
	"Host":       true,
	"Connection": true, "Keep-Alive": true, "Te": true, "Trailer": true, "Upgrade": true, "Http2-Settings": true, "Close": true,
	"Proxy-Authorization": true, "Proxy-Authenticate": true, "Proxy-Connection": true,
	"Transfer-Encoding": true, "Content-Length": true,
	"Forwarded": true, "X-Forwarded-For": true, "X-Forwarded-Host": true, "X-Forwarded-Proto": true, "X-Real-Ip": true,
}
