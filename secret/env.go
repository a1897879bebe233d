package secret

import (
	"context"
	"os"
	"strings"
)

// variablePrefix begins the variables in which ToolHive looks for secrets. What
// follows is the name as it is, in its letter case, and an empty value counts as
// none (ToolHive v0.62, pkg/secrets/environment.go).
const variablePrefix = "TOOLHIVE_SECRET_"

// onePassword begins the names that ToolHive asks 1Password for.
const onePassword = "op://"

// env is the environment of this process.
type env struct{}

func openEnv(string, Sources) (Store, error) { return env{}, nil }

// String implements Store.
func (env) String() string { return "env" }

// Holds implements Store.
func (env) Holds(ref Ref) bool {
	return ref.Name != "" && !strings.HasPrefix(ref.Name, onePassword)
}

// Look implements Store.
func (env) Look(_ context.Context, ref Ref, _ Purpose, value bool) (Answer, error) {
	if strings.ContainsAny(ref.Name, "=\x00") {
		return Answer{}, nil // no variable has such a name
	}
	text := os.Getenv(variablePrefix + ref.Name)
	if text == "" {
		return Answer{}, nil
	}
	answer := Answer{Found: true}
	if value {
		answer.Value = NewValue([]byte(text))
	}
	return answer, nil
}
