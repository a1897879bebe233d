package model

// Remote is what a document says of the requests to a remote MCP server.
type Remote struct {
	// URL is the address of the server.
	URL Value[string]
	// Group is the name of the group of an MCPServerEntry, whose VirtualMCPServers
	// send the requests.
	Group Value[string]
	// Auth are the names of the objects that say how ToolHive authenticates to the
	// server.
	Auth []Value[string]
	// HeaderForward are the headers that are added to each request.
	HeaderForward HeaderForward
}

// HeaderForward is a set of headers that are added to requests.
type HeaderForward struct {
	// Path is where it stands; empty where there is none.
	Path string
	// Headers are those with values before those from secrets, each in the order of
	// the document.
	Headers []Header
}

// Header is one header that is added to requests. It has a value or takes one from a
// secret; where that was faulty it has neither.
type Header struct {
	// Name is the name as it is written; it may be none that HTTP allows.
	Name Value[string]
	// Keyed says that the name is the key at its path, and no value.
	Keyed bool
	// Value is the value of a header in plain text.
	Value Value[string]
	// Secret is where the value of any other header comes from.
	Secret Reference
}

// IsHeaderOwner reports whether documents of the kind own header forwarding that is
// compiled.
func (k Kind) IsHeaderOwner() bool { return k == MCPServerEntry || k == MCPRemoteProxy }
