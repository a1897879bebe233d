package secret

import (
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

var encodedCanary = base64.StdEncoding.EncodeToString([]byte(canary))

// TestExecRequest is what a command gets on its standard input.
func TestExecRequest(t *testing.T) {
	for _, c := range []struct {
		request Request
		want    string
	}{
		{Request{Ref: Ref{Key: Key{"team", "hooks", "hmac"}}, Purpose: HMAC},
			`{"version":1,"reference":{"secret":{"namespace":"team","name":"hooks","key":"hmac"}},"purpose":"hmac","value":false}`},
		{Request{Ref: Ref{Key: Key{"", "hooks", "ca.crt"}}, Purpose: CA, Value: true},
			`{"version":1,"reference":{"secret":{"namespace":"","name":"hooks","key":"ca.crt"}},"purpose":"ca","value":true}`},
		{Request{Ref: Ref{Name: `a"b\<&>` + "\n"}, Purpose: ClientKey, Value: true},
			`{"version":1,"reference":{"name":"a\"b\\<&>\n"},"purpose":"client-key","value":true}`},
		{Request{Ref: Ref{Name: "TOKEN"}, Purpose: Header, Value: true},
			`{"version":1,"reference":{"name":"TOKEN"},"purpose":"header","value":true}`},
	} {
		got, err := encodeRequest(c.request.Ref, c.request.Purpose, c.request.Value)
		if err != nil || string(got) != c.want+"\n" {
			t.Errorf("got %s, %v\nwant %s", got, err, c.want)
		}
	}
}

// execAnswers are answers to the question for the key "a" of a Secret, and what
// comes of them with and without a value asked for.
var execAnswers = []struct{ answer, with, without string }{
	{`{"version":1,"found":false}`, "absent", "absent"},
	{` {"version" : 1,` + "\n" + `"found":false} ` + "\n\n", "absent", "absent"},
	{`{"version":1,"found":true,"keys":["b","a"],"value":"` + encodedCanary + `"}`, "found", unasked},
	{`{"version":1,"found":true,"keys":["b","a"],"value":""}`, "found", unasked},
	{`{"version":1,"found":true,"keys":["b","a"]}`, `its answer lacks the "value"`, "found"},
	{`{"version":1,"found":true,"keys":["c","b","b"]}`, "no key, but b c", "no key, but b c"},
	{`{"version":1,"found":true,"keys":[]}`, "no key, but ", "no key, but "},
	{`{"version":1,"found":true,"keys":["b"],"value":"` + encodedCanary + `"}`, `its answer has a "value" of what is not found`, unasked},
	{`{"version":1,"found":false,"value":"` + encodedCanary + `"}`, `its answer has a "value" of what is not found`, unasked},
	{`{"version":1,"found":false,"keys":["a"]}`, `its answer has "keys" where no Secret is found`, `its answer has "keys" where no Secret is found`},
	{`{"version":1,"found":true}`, `its answer lacks the "keys" of the Secret`, `its answer lacks the "keys" of the Secret`},
	{`{"version":1,"found":true,"keys":null}`, oddKeys, oddKeys},
	{`{"version":1,"found":true,"keys":"a"}`, oddKeys, oddKeys},
	{`{"version":1,"found":true,"keys":["a",null]}`, oddKeys, oddKeys},
	{`{"version":1,"found":true,"keys":["a",""]}`, oddKeys, oddKeys},
	{`{"version":1,"found":true,"keys":["a","` + canary + `/"]}`, oddKeys, oddKeys},
	{`{"version":1,"found":true,"keys":["a","` + strings.Repeat("k", 254) + `"]}`, oddKeys, oddKeys},
	{`{"version":1,"found":true,"keys":["a"` + strings.Repeat(`,"b"`, maxKeys) + `]}`, oddKeys, oddKeys},
	{`{"version":1,"found":true,"keys":["a"],"value":null}`, "its answer has a value that is not base64", unasked},
	{`{"version":1,"found":true,"keys":["a"],"value":"` + canary + `"}`, "its answer has a value that is not base64", unasked},
	{`{"version":1,"found":true,"keys":["a"],"value":"YQ"}`, "its answer has a value that is not base64", unasked},
	{`{"version":1,"found":true,"keys":["a"],"value":"Y\nQ=="}`, "its answer has a value that is not base64", unasked},
	{`{"version":1,"found":null}`, noFound, noFound},
	{`{"version":1,"found":"true","keys":["a"]}`, noFound, noFound},
	{`{"version":1,"keys":["a"]}`, noFound, noFound},
	{`{"found":true,"keys":["a"]}`, noVersion, noVersion},
	{`{"version":2,"found":true,"keys":["a"]}`, noVersion, noVersion},
	{`{"version":"1","found":true,"keys":["a"]}`, noVersion, noVersion},
	{`{"version":1.5,"found":true,"keys":["a"]}`, noVersion, noVersion},
	{`{"version":1,"Found":true,"keys":["a"]}`, unknownField, unknownField},
	{`{"version":1,"found":false,"error":"` + canary + `"}`, unknownField, unknownField},
	{`{"version":1,"found":false,"found":true,"keys":["a"]}`, "its answer has a field twice", "its answer has a field twice"},
	{`{"version":1,"found":false}{"version":1,"found":false}`, noObject, noObject},
	{`{"version":1,"found":false} ` + canary, noObject, noObject},
	{`{"version":1,"found":false`, noObject, noObject},
	{`[{"version":1,"found":false}]`, noObject, noObject},
	{``, noObject, noObject},
	{`null`, noObject, noObject},
	{canary, noObject, noObject},
	{"{\"version\":1,\"found\":false,\"\xff\":1}", "its answer is not UTF-8", "its answer is not UTF-8"},
}

const (
	unasked      = `its answer has a "value", and none was asked for`
	oddKeys      = `its answer has "keys" that no Secret can have`
	noFound      = `its answer does not say whether the secret is "found"`
	noVersion    = "its answer is not of version 1 of the protocol"
	unknownField = "its answer has a field that the protocol does not define"
	noObject     = "its answer is not one JSON object"
)

func TestExecAnswers(t *testing.T) {
	ref := Ref{Key: Key{"team", "hooks", "a"}}
	for _, c := range execAnswers {
		for value, want := range map[bool]string{true: c.with, false: c.without} {
			answer, err := readAnswer([]byte(c.answer), ref, value)
			got := Result{Answer: answer, Err: err}
			hidden(t, got)
			if verdict(got) != want {
				t.Errorf("%.100s, value %t: got %s, want %s", c.answer, value, verdict(got), want)
			}
		}
	}
	name := Ref{Name: "NAME"}
	for answer, want := range map[string]string{
		`{"version":1,"found":true,"value":"YQ=="}`:              "found",
		`{"version":1,"found":false}`:                            "absent",
		`{"version":1,"found":true,"keys":["a"],"value":"YQ=="}`: `its answer has "keys" where no Secret is found`,
	} {
		got, err := readAnswer([]byte(answer), name, true)
		if verdict(Result{Answer: got, Err: err}) != want {
			t.Errorf("%s: got %+v, %v, want %s", answer, got, err, want)
		}
	}
}

func TestShownCommand(t *testing.T) {
	for command, want := range map[string]string{
		"./vault.sh":                               "./vault.sh",
		"  sh ./vault.sh prod ":                    "sh ./vault.sh prod",
		"vault.sh --token " + canary:               "vault.sh …",
		"vault.sh -t" + canary:                     "vault.sh …",
		"vault.sh token=" + canary + " x":          "vault.sh …",
		"TOKEN=" + canary + " vault.sh":            "… vault.sh",
		"A=1 TOKEN='" + canary + " b' vault.sh -v": "… vault.sh …",
		`TOKEN="` + canary + ` b" vault.sh`:        "… vault.sh",
		"TOKEN=" + canary + "\nvault.sh":           "… vault.sh",
		`TOKEN="$(echo ` + canary + `)" vault.sh`:  "…",
		"TOKEN=$(echo " + canary + " x) vault.sh":  "…",
		"TOKEN=`echo " + canary + " x` vault.sh":   "…",
		`TOKEN=a\ ` + canary + ` vault.sh`:         "…",
		`TOKEN='a'"` + canary + ` x" vault.sh`:     "…",
		"TOKEN=" + canary + "; vault.sh":           "…",
		"export TOKEN=" + canary + "; vault.sh":    "export …",
		"vault.sh '" + canary + "'":                "vault.sh …",
		"vault.sh https://u:" + canary + "@host":   "vault.sh …",
		"vault.sh <<<" + canary:                    "vault.sh …",
		"vault.sh|tee x":                           "…",
		"-x":                                       "…",
	} {
		if got := shownCommand(command); got != want {
			t.Errorf("%s: got %s, want %s", command, got, want)
		}
	}
}

// daemonVariable makes the test binary start a process that leaves its group, keeps
// its standard output, and outlives it.
const daemonVariable = "THVCTL_TEST_DAEMON"

func TestMain(m *testing.M) {
	if os.Getenv(daemonVariable) == "" {
		os.Exit(m.Run())
	}
	command := exec.Command("sleep", "5")
	command.Stdout = os.Stdout
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := command.Start(); err != nil {
		os.Exit(1)
	}
}

// daemon returns a command that leaves such a process behind.
func daemon(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(daemonVariable, "1")
	return path
}

// TestHostileCommands has commands that misbehave in every way that is known. None
// of them makes anything found, and none keeps the caller.
func TestHostileCommands(t *testing.T) {
	good := `echo '{"version":1,"found":true,"value":"` + encodedCanary + `"}'`
	for script, want := range map[string]string{
		good:                                 "found",
		"exec 0<&-; sleep 0; " + good:        "found",
		good + "; exit 3":                    "exited with status 3",
		"echo " + canary + " >&2; exit 1":    "exited with status 1",
		"echo " + canary + " >&2; " + good:   "found",
		"kill -9 $$":                         "exited with status 137",
		good + "; kill -15 $$":               "exited with status 143",
		"yes " + canary:                      "answered with more than 4 MiB",
		"cat /dev/zero":                      "answered with more than 4 MiB",
		good + "; sleep 600 &":               "left a process behind that keeps its output open",
		good + "; '" + daemon(t) + "'":       "left a process behind that keeps its output open",
		good + "; sleep 1 >/dev/null 2>&1 &": "found",
		"nothing-of-this-name":               "exited with status 127",
		"true":                               noObject,
		"echo '" + canary + "'":              noObject,
		`echo '{"version":1,"found":true,"keys":["` + canary + `"],"value":"YQ=="}'`: `its answer has "keys" where no Secret is found`,
	} {
		path := filepath.Join(t.TempDir(), "store.sh")
		write(t, path, script+"\n")
		got := lookOne(t, open(t, "exec:sh "+path+" --token="+canary, Sources{}), Request{Ref: Ref{Name: "NAME"}, Purpose: HMAC, Value: true})
		if got.Err != nil {
			want = "exec:sh " + path + " …: " + want
		}
		if verdict(got) != want {
			t.Errorf("%s: got %s, want %s", script, verdict(got), want)
		}
	}
}

func TestExecEndedBySignal(t *testing.T) {
	got := lookOne(t, open(t, "exec:kill -9 $$", Sources{}), Request{Ref: Ref{Name: "NAME"}})
	if want := "exec:kill …: was ended by signal 9"; verdict(got) != want {
		t.Errorf("got %s, want %s", verdict(got), want)
	}
}

// TestExecLargeRequest has a request that fills more than a pipe, and a command that
// does not read it.
func TestExecLargeRequest(t *testing.T) {
	store := open(t, `exec:echo '{"version":1,"found":false}'`, Sources{})
	if got := verdict(lookOne(t, store, Request{Ref: Ref{Name: strings.Repeat("n", 1<<20)}})); got != "absent" {
		t.Errorf("got %s", got)
	}
}

// TestExecStandardInputEnds has a command that reads all there is.
func TestExecStandardInputEnds(t *testing.T) {
	out := filepath.Join(t.TempDir(), "stdin")
	store := open(t, fmt.Sprintf(`exec:cat >%s; echo '{"version":1,"found":false}'`, out), Sources{})
	if got := verdict(lookOne(t, store, Request{Ref: Ref{Name: "NAME"}, Purpose: HMAC})); got != "absent" {
		t.Fatal(got)
	}
	got, err := os.ReadFile(out)
	if want := `{"version":1,"reference":{"name":"NAME"},"purpose":"hmac","value":false}` + "\n"; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}
