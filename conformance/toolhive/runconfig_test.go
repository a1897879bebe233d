package toolhive

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stacklok/toolhive/cmd/thv-operator/api/v1beta1"
	"github.com/stacklok/toolhive/cmd/thv-operator/pkg/controllerutil"
	"github.com/stacklok/toolhive/pkg/runner"
	"github.com/stacklok/toolhive/pkg/webhook"
	mutatingwebhook "github.com/stacklok/toolhive/pkg/webhook/mutating"
	validatingwebhook "github.com/stacklok/toolhive/pkg/webhook/validating"

	"github.com/thvctl/thvctl/conformance/sample"
)

// checkOperatorRunConfig wants the bytes that ToolHive's operator makes of the
// manifest to be those of our RunConfig, as far as webhooks go.
func checkOperatorRunConfig(_ testing.TB, u sample.Unit) error {
	if u.OperatorRunConfig == nil {
		return nil
	}
	object, err := readManifest(u)
	if err != nil {
		return err
	}
	options := []runner.RunConfigBuilderOption{
		runner.WithName("server"),
		runner.WithImage("example.com/server:1"),
		runner.WithTransportAndPorts("streamable-http", 8080, 8080),
	}
	ref := &v1beta1.WebhookConfigRef{Name: object.Name}
	if err := controllerutil.AddWebhookConfigOptions(context.Background(), cluster(object), object.Namespace, ref, &options); err != nil {
		return err
	}
	config, err := runner.NewOperatorRunConfigBuilder(context.Background(), nil, nil, nil, options...)
	if err != nil {
		return err
	}
	return checkBytes(u.OperatorRunConfig, config, true)
}

// checkBytes wants our RunConfig to have the webhooks of ToolHive's, byte for byte,
// and to be read without loss, strictly or as ToolHive does.
func checkBytes(ours []byte, theirs *runner.RunConfig, strictly bool) error {
	ours, err := withoutHash(ours)
	if err != nil {
		return err
	}
	read, err := readRunConfig(ours, strictly)
	if err != nil {
		return err
	}
	if err := checkChain(read); err != nil {
		return err
	}
	want, err := webhookMembers(ours)
	if err != nil {
		return err
	}
	for what, config := range map[string]*runner.RunConfig{"what ToolHive makes": theirs, "what ToolHive reads": read} {
		var text bytes.Buffer
		if err := config.WriteJSON(&text); err != nil {
			return err
		}
		got, err := webhookMembers(text.Bytes())
		if err != nil {
			return err
		}
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Errorf("%s differs (-thvctl +ToolHive)\n%s", what, diff)
		}
	}
	return nil
}

var hashMember = regexp.MustCompile(`(?m)^  "config_hash": "sha256:[0-9a-f]{64}",\n`)

// withoutHash takes out the one member of a RunConfig that ToolHive does not know.
func withoutHash(config []byte) ([]byte, error) {
	if len(hashMember.FindAll(config, -1)) != 1 {
		return nil, errors.New("the RunConfig has not one config_hash")
	}
	return hashMember.ReplaceAll(config, nil), nil
}

// readRunConfig reads a RunConfig, strictly one with no field that ToolHive does not
// know. The reader of a webhook is ToolHive's own and lets unknown keys pass; [checkBytes]
// misses them in what is written again.
func readRunConfig(text []byte, strictly bool) (*runner.RunConfig, error) {
	var config runner.RunConfig
	decoder := json.NewDecoder(bytes.NewReader(text))
	if strictly {
		decoder.DisallowUnknownFields()
	}
	if err := decoder.Decode(&config); err != nil {
		return nil, err
	}
	return &config, nil
}

// checkChain wants the middleware chain of a RunConfig, where there is one, to ask
// the webhooks of the lists: ToolHive obeys the chain alone.
func checkChain(config *runner.RunConfig) error {
	if len(config.MiddlewareConfigs) == 0 {
		return nil
	}
	var validating, mutating []webhook.Config
	for _, m := range config.MiddlewareConfigs {
		var parameters struct{ Webhooks []webhook.Config }
		if m.Type != validatingwebhook.MiddlewareType && m.Type != mutatingwebhook.MiddlewareType {
			continue
		}
		if err := json.Unmarshal(m.Parameters, &parameters); err != nil {
			return err
		}
		if m.Type == validatingwebhook.MiddlewareType {
			validating = append(validating, parameters.Webhooks...)
		} else {
			mutating = append(mutating, parameters.Webhooks...)
		}
	}
	if diff := cmp.Diff(slices.Concat(config.ValidatingWebhooks, config.MutatingWebhooks), slices.Concat(validating, mutating)); diff != "" {
		return fmt.Errorf("the chain asks other webhooks (-lists +chain)\n%s", diff)
	}
	return nil
}

// member is a member of a JSON object, its value as it was written.
type member struct{ Key, Value string }

// webhookMembers returns those members of a RunConfig that thvctl writes, in order.
func webhookMembers(config []byte) ([]member, error) {
	decoder := json.NewDecoder(bytes.NewReader(config))
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	var members []member
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		if key, _ := key.(string); slices.Contains([]string{"schema_version", "validating_webhooks", "mutating_webhooks"}, key) {
			members = append(members, member{key, string(value)})
		}
	}
	return members, nil
}

// namedPaths returns the paths of the files that the webhooks of a RunConfig name,
// sorted, each once.
func namedPaths(text []byte) ([]string, error) {
	config, err := runner.ReadJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, w := range slices.Concat(config.ValidatingWebhooks, config.MutatingWebhooks) {
		paths = append(paths, w.HMACSecretRef)
		if tls := w.TLSConfig; tls != nil {
			paths = append(paths, tls.CABundlePath, tls.ClientCertPath, tls.ClientKeyPath)
		}
	}
	slices.Sort(paths)
	return slices.DeleteFunc(slices.Compact(paths), func(path string) bool { return path == "" }), nil
}

// checkRunConfig wants the bytes that ToolHive's command line makes of the webhook
// file to be those of our RunConfig, as far as webhooks go.
func checkRunConfig(t testing.TB, u sample.Unit) error {
	if u.RunConfig == nil {
		return nil
	}
	loaded, err := loadWebhookFile(t, u)
	if err != nil {
		return err
	}
	merged := webhook.MergeConfigs(loaded)
	return checkBytes(u.RunConfig, &runner.RunConfig{ValidatingWebhooks: merged.Validating, MutatingWebhooks: merged.Mutating}, !u.Based)
}
