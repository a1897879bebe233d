package toolhive

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stacklok/toolhive/pkg/webhook"
	yaml "gopkg.in/yaml.v3"

	"github.com/thvctl/thvctl/conformance/sample"
)

// checkWebhookFile wants ToolHive's types to know all of a webhook file, ToolHive's
// validation to pass but for files, which are not here, and its merge to leave the
// file as it is.
func checkWebhookFile(t testing.TB, u sample.Unit) error {
	if u.WebhookFile == nil {
		return nil
	}
	var strict webhook.FileConfig
	decoder := yaml.NewDecoder(bytes.NewReader(u.WebhookFile))
	decoder.KnownFields(true)
	if err := decoder.Decode(&strict); err != nil {
		return err
	}
	loaded, err := loadWebhookFile(t, u)
	if err != nil {
		return err
	}
	var refused []error
	for _, w := range slices.Concat(loaded.Validating, loaded.Mutating) {
		if err := w.ValidateDefinition(); err != nil {
			refused = append(refused, fmt.Errorf("ToolHive refuses %q: %w", w.Name, err))
		}
	}
	merged := webhook.MergeConfigs(loaded)
	if len(merged.Validating) != len(loaded.Validating) || len(merged.Mutating) != len(loaded.Mutating) {
		refused = append(refused, errors.New("ToolHive takes webhooks for one another"))
	}
	return errors.Join(refused...)
}

// loadWebhookFile reads a webhook file as ToolHive's command line does.
func loadWebhookFile(t testing.TB, u sample.Unit) (*webhook.FileConfig, error) {
	path := filepath.Join(t.TempDir(), "webhooks.yaml")
	if err := os.WriteFile(path, u.WebhookFile, 0o600); err != nil {
		return nil, err
	}
	return webhook.LoadConfig(path)
}
