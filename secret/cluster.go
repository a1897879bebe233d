package secret

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// cluster asks the API server for Secrets, one by one and by name, through the
// user's kubectl with the user's rights.
type cluster struct {
	context string
	lock    sync.Mutex
	// asked has what came of each Secret, also where that is an error.
	asked map[manifestName]func() (kubernetesSecret, error)
}

// kubernetesSecret is a Secret of a cluster.
type kubernetesSecret struct {
	found bool
	keys  []string
	// data has the values, in base64 as they came.
	data map[string]Value
}

func openCluster(name string, _ Sources) (Store, error) {
	return &cluster{context: name, asked: map[manifestName]func() (kubernetesSecret, error){}}, nil
}

// String implements Store.
func (c *cluster) String() string {
	if c.context == "" {
		return "cluster"
	}
	return "cluster:" + c.context
}

// Holds implements Store.
func (*cluster) Holds(ref Ref) bool { return ref.Key != Key{} }

// Look implements Store. It runs kubectl once for a Secret, however many of its
// keys are asked for.
func (c *cluster) Look(ctx context.Context, ref Ref, _ Purpose, value bool) (Answer, error) {
	found, err := c.secret(ctx, manifestName{ref.Key.Namespace, ref.Key.Name})
	if err != nil || !found.found {
		return Answer{}, err
	}
	encoded, ok := found.data[ref.Key.Key]
	if !ok {
		return Answer{Found: true, NoKey: true, Keys: found.keys}, nil
	}
	answer := Answer{Found: true}
	if value {
		if answer.Value, err = decodeBase64(string(encoded.reveal())); err != nil {
			return Answer{}, fmt.Errorf("%s: %w", kubectl, err)
		}
	}
	return answer, nil
}

func (c *cluster) secret(ctx context.Context, name manifestName) (kubernetesSecret, error) {
	c.lock.Lock()
	ask := c.asked[name]
	if ask == nil {
		ask = sync.OnceValues(func() (kubernetesSecret, error) { return c.ask(ctx, name) })
		c.asked[name] = ask
	}
	c.lock.Unlock()
	return ask()
}

// kubectl is what messages call the command.
const kubectl = "kubectl get secret"

func (c *cluster) ask(ctx context.Context, name manifestName) (kubernetesSecret, error) {
	if !isObjectName(name) {
		return kubernetesSecret{}, nil // no Secret has such a name, and kubectl could take it for an option
	}
	words := []string{"kubectl", "get", "secret", name.name, "--ignore-not-found", "--output=json"}
	if c.context != "" {
		words = append(words, "--context="+c.context)
	}
	if name.namespace != "" {
		words = append(words, "--namespace="+name.namespace)
	}
	words = append(words, "--request-timeout="+Patience.String())
	ended, err := process{words: words, complaint: true}.run(ctx)
	switch {
	case errors.Is(err, errStart):
		return kubernetesSecret{}, fmt.Errorf("%s: kubectl %w", kubectl, err)
	case err != nil:
		return kubernetesSecret{}, fmt.Errorf("%s %w", kubectl, err)
	case ended.status != 0:
		return kubernetesSecret{}, refusal(ended, name.name)
	case len(ended.answer) == 0:
		return kubernetesSecret{}, nil
	}
	found, err := readSecret(ended.answer, name)
	if err != nil {
		return kubernetesSecret{}, fmt.Errorf("%s: %w", kubectl, err)
	}
	return found, nil
}

func isObjectName(name manifestName) bool {
	return len(name.name) <= 253 && subdomain().MatchString(name.name) &&
		(name.namespace == "" || label().MatchString(name.namespace))
}

// refusals are phrases of kubectl and of client-go, and what they mean. Only the
// meaning is shown, because kubectl may quote anything.
var refusals = []struct{ phrase, meaning string }{
	{"exec: executable ", "the kubeconfig names a command for credentials that is not there"},
	{"(Forbidden)", "you are not allowed to read this Secret"},
	{"(Unauthorized)", "the API server does not know you"},
	{"You must be logged in to the server", "the API server does not know you"},
	{"error: context ", "the kubeconfig has no such context"},
	{"context was not found for specified context", "the kubeconfig has no such context"},
	{"was refused", "the API server cannot be reached"},
	{"Unable to connect to the server", "the API server cannot be reached"},
}

// refusal says why kubectl failed; nil where it says that there is no such Secret.
func refusal(ended finished, name string) error {
	complaint := string(ended.complaint)
	if strings.Contains(complaint, "(NotFound)") && strings.Contains(complaint, fmt.Sprintf("secrets %q not found", name)) {
		return nil
	}
	for _, known := range refusals {
		if strings.Contains(complaint, known.phrase) {
			return fmt.Errorf("%s: %s", kubectl, known.meaning)
		}
	}
	return fmt.Errorf("%s exited with status %d", kubectl, ended.status)
}

// readSecret reads a Secret as kubectl prints it. The values are not decoded.
func readSecret(answer []byte, asked manifestName) (kubernetesSecret, error) {
	fields, err := decodeObject(answer)
	if err != nil {
		return kubernetesSecret{}, err
	}
	if kind, ok := field[string](fields, "kind"); !ok || kind != "Secret" {
		return kubernetesSecret{}, errors.New("its answer is no Secret")
	}
	metadata, err := decodeObject(fields["metadata"])
	if err != nil {
		return kubernetesSecret{}, errors.New("its answer has no metadata")
	}
	if name, ok := field[string](metadata, "name"); !ok || name != asked.name {
		return kubernetesSecret{}, errors.New("its answer is another Secret than that asked for")
	}
	namespace, ok := field[string](metadata, "namespace")
	if _, there := metadata["namespace"]; there && (!ok || asked.namespace != "" && namespace != asked.namespace) {
		return kubernetesSecret{}, errors.New("its answer is a Secret of another namespace than that asked for")
	}
	return readData(fields["data"])
}

func readData(raw json.RawMessage) (kubernetesSecret, error) {
	found := kubernetesSecret{found: true, data: map[string]Value{}}
	if raw == nil || string(raw) == "null" {
		return found, nil
	}
	data, err := decodeObject(raw)
	if err != nil {
		return kubernetesSecret{}, errors.New("its answer has data that is no object")
	}
	for key := range data {
		encoded, ok := field[string](data, key)
		if !ok || !isDataKey(key) {
			return kubernetesSecret{}, errors.New("its answer has data that no Secret can have")
		}
		found.data[key] = NewValue([]byte(encoded))
	}
	found.keys = slices.Sorted(maps.Keys(found.data))
	return found, nil
}
