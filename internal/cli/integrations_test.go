package cli_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	yaml "go.yaml.in/yaml/v3"
)

// hook is an entry of .pre-commit-hooks.yaml.
type hook struct {
	ID, Entry, Language string
	Args                []string
	PassFilenames       *bool `yaml:"pass_filenames"`
	RequireSerial       bool  `yaml:"require_serial"`
}

func decodeYAML(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

func runIn(t *testing.T, folder, program string, args ...string) (output string, code int) {
	t.Helper()
	command := exec.Command(program, args...)
	command.Dir = folder
	got, err := command.CombinedOutput()
	if failed, exited := errors.AsType[*exec.ExitError](err); exited {
		return string(got), failed.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return string(got), 0
}

// TestHooks runs the hooks as pre-commit does, over files of which most are
// somebody else's.
func TestHooks(t *testing.T) {
	files := map[string]string{
		"deploy/app.yaml":         "apiVersion: apps/v1\nkind: Deployment\n",
		"charts/templates/a.yaml": "{{ if .Values.on }}\nkind: {{ .Values.kind }}\n{{ end }}\n",
		"package.json":            "{\"name\": \"x\"}\n",
		"webhooks.yaml":           "validating:\n    - url: https://policy.example.com/\n      name: policy\n      failure_policy: Fail\n      hmac_secret_ref: policy-hmac\n",
	}
	const good = "validating:\n  - name: policy\n    url: https://policy.example.com/\n    failure_policy: fail\n    hmac_secret_ref: policy-hmac\n"
	folder := t.TempDir()
	var names []string
	for name, text := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	var hooks []hook
	decodeYAML(t, "../../.pre-commit-hooks.yaml", &hooks)
	run := func(id string) (string, int) {
		for _, h := range hooks {
			if h.ID != id {
				continue
			}
			if h.Language != "golang" || !h.RequireSerial {
				t.Errorf("%s: language %s, require_serial %v", id, h.Language, h.RequireSerial)
			}
			args := append(strings.Fields(h.Entry), h.Args...)
			if h.PassFilenames == nil || *h.PassFilenames {
				args = append(args, names...)
			}
			return runIn(t, folder, args[0], args[1:]...)
		}
		t.Fatalf("there is no hook %s", id)
		return "", 0
	}
	if output, code := run("thvctl-lint"); code != 1 || strings.Count(output, ": error ") != 1 {
		t.Errorf("lint before: %d\n%s", code, output)
	}
	for _, id := range []string{"thvctl-lint-fix", "thvctl-fmt", "thvctl-lint"} {
		if output, code := run(id); code != 0 {
			t.Errorf("%s: %d\n%s", id, code, output)
		}
	}
	for name, text := range files {
		if name == "webhooks.yaml" {
			text = good
		}
		if now, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name))); err != nil || string(now) != text {
			t.Errorf("%s is now\n%s (%v)", name, now, err)
		}
	}
}

// TestAction runs the script of the GitHub Action.
func TestAction(t *testing.T) {
	var action struct {
		Inputs map[string]struct{ Default string }
		Runs   struct {
			Using string
			Steps []struct {
				Name, Run, Shell string
				Env              map[string]string
			}
		}
	}
	decodeYAML(t, "../../action.yml", &action)
	steps := action.Runs.Steps
	last := steps[len(steps)-1]
	if action.Runs.Using != "composite" || last.Shell != "bash" || last.Env["ARGS"] != "${{ inputs.args }}" || last.Env["SARIF"] != "${{ inputs.sarif }}" {
		t.Fatalf("the action is not the one that this test knows: %+v", last)
	}
	program, err := exec.LookPath("thvctl")
	if err != nil {
		t.Fatal(err)
	}
	folder := examples(t)
	script := exec.Command("bash", "-eo", "pipefail", "-c", last.Run)
	script.Dir = folder
	script.Env = append(os.Environ(), "RUNNER_TEMP="+filepath.Dir(program), "ARGS=--fail-on error "+action.Inputs["args"].Default, "SARIF=thvctl.sarif")
	output, err := script.CombinedOutput()
	if failed, exited := errors.AsType[*exec.ExitError](err); !exited || failed.ExitCode() != 1 {
		t.Errorf("%v\n%s", err, output)
	}
	if !bytes.Contains(output, []byte("::error file=mistakes.yaml,line=6,")) {
		t.Errorf("no annotation in\n%s", output)
	}
	if sarif, err := os.ReadFile(filepath.Join(folder, "thvctl.sarif")); err != nil || !bytes.Contains(sarif, []byte(`"ruleId": "THV2008"`)) {
		t.Errorf("no report: %v\n%s", err, sarif)
	}
}
