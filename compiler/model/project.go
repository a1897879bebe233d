package model

import (
	"time"

	"github.com/thvctl/thvctl/compiler/diag"
)

// ProjectFile is what a project file says.
type ProjectFile struct {
	Form   string // "cli", "crd" or empty
	FailOn diag.Severity
	// Exclude and Policies are globs, relative to the project file.
	Exclude, Policies []Value[string]
	Rules             []RuleSetting
	Ignores           []Ignore
	// Stores are where secrets are looked up.
	Stores   []Value[string]
	Bindings []Binding
}

// RuleSetting is what a project file says of one rule.
type RuleSetting struct {
	// Path is where the setting stands, and Rule the key, as it is written.
	Path, Rule string
	// Severity is "off", "info", "warning" or "error".
	Severity, Reason Value[string]
	Max              Value[time.Duration]
}

// Ignore is an entry of a project file that suppresses findings.
type Ignore struct {
	// Path is where the entry stands.
	Path string
	// Files is a glob; Kind and Name are those of a document. What is not set does
	// not narrow the entry.
	Files, Kind, Name Value[string]
	Rule, Reason      Value[string]
}

// Binding says which two references are the same secret.
type Binding struct {
	// Path is where the binding stands in the project file.
	Path   string
	Secret SecretKey
	// Name or File is set.
	Name, File string
}
