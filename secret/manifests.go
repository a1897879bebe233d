package secret

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// manifests are Secrets that were read from Kubernetes manifests.
type manifests struct {
	name string
	// secrets has every Secret of a namespace and name.
	secrets map[manifestName][]Manifest
}

type manifestName struct{ namespace, name string }

func openManifests(glob string, in Sources) (Store, error) {
	if glob == "" {
		return newManifests("manifests", in.Inputs), nil
	}
	if in.Manifests == nil {
		return nil, errors.New("manifests: no other files can be read here")
	}
	found, err := in.Manifests(glob)
	if err != nil {
		return nil, fmt.Errorf("manifests:%s: %w", glob, err)
	}
	return newManifests("manifests:"+glob, found), nil
}

func newManifests(name string, list []Manifest) manifests {
	m := manifests{name, make(map[manifestName][]Manifest, len(list))}
	for _, one := range list {
		at := manifestName{one.Namespace, one.Name}
		m.secrets[at] = append(m.secrets[at], one)
	}
	return m
}

// String implements Store.
func (m manifests) String() string { return m.name }

// Holds implements Store.
func (manifests) Holds(ref Ref) bool { return ref.Key != Key{} }

// Look implements Store. A Secret without a namespace is only found by a reference
// without one.
func (m manifests) Look(_ context.Context, ref Ref, _ Purpose, value bool) (Answer, error) {
	key := ref.Key
	found := m.secrets[manifestName{key.Namespace, key.Name}]
	switch {
	case len(found) == 0:
		return Answer{}, nil
	case len(found) > 1: // which of them is applied last, nobody knows
		return Answer{}, fmt.Errorf("Secret %q stands in the manifests %d times", key.Name, len(found))
	case !slices.Contains(found[0].Keys, key.Key):
		return Answer{Found: true, NoKey: true, Keys: found[0].Keys}, nil
	}
	answer := Answer{Found: true}
	if value {
		var err error
		if answer.Value, err = found[0].Value(key.Key); err != nil {
			return Answer{}, fmt.Errorf("key %q of Secret %q: %w", key.Key, key.Name, err)
		}
	}
	return answer, nil
}
