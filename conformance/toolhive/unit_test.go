// Package toolhive holds what thvctl writes against the types and the code of
// ToolHive itself.
package toolhive

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/thvctl/thvctl/conformance/sample"
)

// generatedCount is how many generated configurations are tried.
const generatedCount = 500

// checks are all that is demanded of a unit.
var checks = map[string]func(testing.TB, sample.Unit) error{
	"manifest":           checkManifest,
	"mounts":             checkMounts,
	"operator RunConfig": checkOperatorRunConfig,
	"webhook file":       checkWebhookFile,
	"CLI RunConfig":      checkRunConfig,
}

func TestGolden(t *testing.T) {
	units, err := sample.Golden("../..")
	if err != nil {
		t.Fatal(err)
	}
	checkAll(t, units, 60)
}

func TestGenerated(t *testing.T) {
	units, err := sample.Generated(generatedCount)
	if err != nil {
		t.Fatal(err)
	}
	checkAll(t, units, generatedCount)
}

// checkAll holds units to every check, and wants at least that many of them to have
// the forms of Kubernetes, and of the command line.
func checkAll(t *testing.T, units []sample.Unit, atLeast int) {
	manifests, files := 0, 0
	for _, unit := range units {
		if unit.Manifest != nil {
			manifests++
		}
		if unit.WebhookFile != nil {
			files++
		}
		for name, check := range checks {
			if err := check(t, unit); err != nil {
				t.Errorf("%s, %s: %v", unit.Name, name, err)
			}
		}
	}
	t.Logf("%d units: %d in the form of Kubernetes, %d in that of the command line", len(units), manifests, files)
	if manifests < atLeast || files < atLeast {
		t.Errorf("want at least %d of each form", atLeast)
	}
}

// corruptions are faults of artifacts, each with the check that has to find it and
// what that says.
var corruptions = map[string]struct {
	check   func(testing.TB, sample.Unit) error
	corrupt func(*sample.Unit)
	want    string
}{
	"an unknown field":                   {checkManifest, func(u *sample.Unit) { replace(&u.Manifest, "failurePolicy: fail", "failure_policy: fail") }, "unknown field"},
	"a duration that metav1 cannot read": {checkManifest, func(u *sample.Unit) { replace(&u.Manifest, "timeout: 10s", "timeout: 10 s") }, "unknown unit"},
	"a timeout out of range":             {checkManifest, func(u *sample.Unit) { replace(&u.Manifest, "timeout: 10s", "timeout: 31s") }, "exceeds maximum 30s"},
	"another hash":                       {checkManifest, func(u *sample.Unit) { replace(&u.Manifest, "toolhive-config-hash: ", "toolhive-config-hash: 1") }, "hash"},
	"a spec that is not what was hashed": {checkManifest, func(u *sample.Unit) { replace(&u.Manifest, "timeout: 10s", "timeout: 11s") }, "hash"},
	"another Secret":                     {checkMounts, func(u *sample.Unit) { replace(&u.Manifest, "key: ca.crt", "key: ca2.crt") }, "other files than are mounted"},
	"another path":                       {checkMounts, func(u *sample.Unit) { replace(&u.OperatorRunConfig, "/etc/toolhive/webhooks", "/etc/toolhive") }, "other files than are mounted"},
	"another policy":                     {checkOperatorRunConfig, func(u *sample.Unit) { replace(&u.OperatorRunConfig, `"fail"`, `"ignore"`) }, "differs"},
	"other white space":                  {checkOperatorRunConfig, func(u *sample.Unit) { replace(&u.OperatorRunConfig, `"name": `, `"name":`) }, "differs"},
	"an unknown key":                     {checkOperatorRunConfig, func(u *sample.Unit) { replace(&u.OperatorRunConfig, `"timeout": `, `"time_out": 1, "timeout": `) }, "differs"},
	"an unknown key at the top":          {checkOperatorRunConfig, func(u *sample.Unit) { replace(&u.OperatorRunConfig, `"schema_version"`, `"schema"`) }, "unknown field"},
	"no hash":                            {checkOperatorRunConfig, func(u *sample.Unit) { replace(&u.OperatorRunConfig, `"config_hash"`, `"confighash"`) }, "config_hash"},
	"a renamed key":                      {checkWebhookFile, func(u *sample.Unit) { replace(&u.WebhookFile, "ca_bundle_path", "ca_bundle") }, "not found in type"},
	"a policy in capitals":               {checkWebhookFile, func(u *sample.Unit) { replace(&u.WebhookFile, "failure_policy: fail", "failure_policy: Fail") }, "failure_policy must be"},
	"half a certificate": {checkWebhookFile, func(u *sample.Unit) {
		u.WebhookFile = regexp.MustCompile(`\n.*client_key_path.*`).ReplaceAll(u.WebhookFile, nil)
	}, "client_key_path must be provided"},
	"another timeout":           {checkRunConfig, func(u *sample.Unit) { replace(&u.RunConfig, `"timeout": 1`, `"timeout": 2`) }, "differs"},
	"an unknown key of the CLI": {checkRunConfig, func(u *sample.Unit) { replace(&u.RunConfig, `"timeout": `, `"time_out": 1, "timeout": `) }, "differs"},
}

func replace(artifact *[]byte, text, by string) {
	*artifact = bytes.Replace(*artifact, []byte(text), []byte(by), 1)
}

// The checks find faults.
func TestCorruptionIsFound(t *testing.T) {
	units, err := sample.Golden("../..")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(units, func(u sample.Unit) bool { return u.Name == "golden/tls-full[0]" })
	if i < 0 {
		t.Fatal("the case that is corrupted is gone")
	}
	for name, test := range corruptions {
		unit := units[i]
		test.corrupt(&unit)
		err := test.check(t, unit)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, test.want)
		}
	}
}
