// Package main_test has thvctl as it is shipped meet hostile input.
package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The goals of a hostile input. The tests allow slack times as much CPU: the machine may be
// slow and have other work. What goes wrong here takes hundreds of times as much.
const (
	goalCPU    = time.Second
	goalMemory = 64 << 20 // bytes
	goalWithin = 96 << 20 // of an input that stays inside every bound, or is held to its end
	slack      = 10
	// slackMemory is for when the collector of garbage comes late.
	slackMemory = 24 << 20
	// longest is how long one may take on a machine with much else to do.
	longest = 30 * time.Second
)

// thvctl is the path of the program.
var thvctl string

// usageFile is the variable that names the file for the usage.
const usageFile = "THVCTL_TEST_USAGE"

// TestMain builds the program, or is the process between it and the tests.
func TestMain(m *testing.M) {
	if path := os.Getenv(usageFile); path != "" {
		os.Exit(measured(path, os.Args[1], os.Args[2:]))
	}
	os.Exit(func() int {
		folder, err := os.MkdirTemp("", "thvctl")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(folder)
		thvctl = filepath.Join(folder, "thvctl")
		if out, err := exec.Command("go", "build", "-o", thvctl, ".").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
			return 1
		}
		return m.Run()
	}())
}

// usage is what a process has used.
type usage struct {
	CPU    time.Duration
	Memory int64 // the peak, in bytes
}

// measured runs a program, notes what it used, and returns its exit code. It is for a
// process that has used little: Linux hands the peak of the memory of a process on to
// those that it starts.
func measured(path, program string, args []string) int {
	command := exec.Command(program, args...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	_ = command.Run()
	state := command.ProcessState
	if state == nil || state.ExitCode() < 0 {
		return 99
	}
	text, err := json.Marshal(usage{state.SystemTime() + state.UserTime(), state.SysUsage().(*syscall.Rusage).Maxrss << 10})
	if err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		return 99
	}
	return state.ExitCode()
}

// outcome is what came of a run.
type outcome struct {
	code int
	said string // on both outputs
	used usage
}

// runHostile runs thvctl in a folder.
func runHostile(t *testing.T, folder string, stdin io.Reader, args ...string) outcome {
	t.Helper()
	notes := t.TempDir()
	command := exec.Command(os.Args[0], append([]string{thvctl}, args...)...)
	command.Dir, command.Stdin = folder, stdin
	command.Env = append(os.Environ(), usageFile+"="+filepath.Join(notes, "usage"), "HOME="+notes, "XDG_CACHE_HOME="+notes)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	hung := time.AfterFunc(longest, func() { _ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) })
	defer hung.Stop()
	err := command.Wait()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		t.Fatal(err)
	}
	o := outcome{code: command.ProcessState.ExitCode(), said: said.String()}
	text, err := os.ReadFile(filepath.Join(notes, "usage"))
	if err != nil {
		t.Fatalf("thvctl did not end well within %v:\n%.2000s", longest, o.said)
	}
	if err := json.Unmarshal(text, &o.used); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(o.said, "goroutine ") || strings.Contains(o.said, "panic") {
		t.Errorf("a stack trace:\n%.2000s", o.said)
	}
	return o
}

// hostile is one input and what is to come of it.
type hostile struct {
	// files are written into the folder; prepare does what is no file.
	files   map[string]string
	prepare func(t *testing.T, folder string)
	stdin   io.Reader
	// args are the arguments; empty is "lint a.yaml".
	args string
	code int
	// want matches what is said.
	want string
}

const (
	soundWebhooks = "validating:\n  - {name: a, url: \"https://a.example/\", failure_policy: fail}\n"
	flatWebhook   = "validating:\n- url: https://a.example/\n  name: a\n  failure_policy: fail\n"
	objectStart   = "---\napiVersion: toolhive.stacklok.dev/v1alpha1\n"
	unfinished    = "validating:\n  - {name: a, failure_policy: fail, url: "
)

// numbered repeats a format with the numbers from 0.
func numbered(n int, format string) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, format, i)
	}
	return text.String()
}

// words are the entries of a webhook whose values are more and more words.
func words(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "  k%d: %s\n", i, strings.TrimSpace(strings.Repeat("a ", i+1)))
	}
	return text.String()
}

// laughs is a document of a few hundred bytes with 9^20 values.
func laughs(format string) string {
	text := "a0: &a0 [x]\n"
	for i := range 20 {
		text += fmt.Sprintf(format, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i), 9), ","))
	}
	return text
}

// references are servers that refer to what is not there, and what they could mean. Both
// names may have the number of the pair.
func references(count int, wanted, name string) string {
	var text strings.Builder
	numbered := func(format string, i int) string { return strings.ReplaceAll(format, "%d", strconv.Itoa(i)) }
	for i := range count {
		fmt.Fprintf(&text, "%skind: MCPServer\nmetadata: {name: s%d}\nspec: {image: x, webhookConfigRef: {name: %s}}\n", objectStart, i, numbered(wanted, i))
		fmt.Fprintf(&text, "%skind: MCPWebhookConfig\nmetadata: {name: %s}\nspec: {validating: [{name: a, url: \"https://a.example/\", failurePolicy: fail}]}\n", objectStart, numbered(name, i))
	}
	return text.String()
}

func yamlFile(text string) map[string]string { return map[string]string{"a.yaml": text} }

func jsonFile(text string) map[string]string { return map[string]string{"a.json": text} }

// hostileTexts are texts that ask for much.
func hostileTexts() map[string]hostile {
	return map[string]hostile{
		"50,000 keys":                {files: yamlFile(numbered(50_000, "k%d: 1\n")), code: 1, want: "THV1005"},
		"50,000 keys in JSON":        {files: jsonFile("{" + strings.TrimSuffix(numbered(50_000, `"k%d":1,`), ",") + "}"), args: "lint a.json", code: 1, want: "THV1005"},
		"keys in a webhook":          {files: yamlFile(unfinished + "x}\n  - name: b\n" + numbered(4900, "    k%d: 1\n")), code: 1, want: "4901 errors|THV2001"},
		"billion laughs":             {files: yamlFile(laughs("a%[1]d: &a%[1]d [%[2]s]\n") + "validating: *a20\n"), code: 1, want: "THV1005"},
		"merge keys":                 {files: yamlFile(strings.Replace(laughs("a%[1]d: &a%[1]d {<<: [%[2]s]}\n"), "[x]", "{x: 1}", 1)), code: 1, want: "THV1005"},
		"an alias in itself":         {files: yamlFile("validating: &a [*a]\n"), code: 1, want: "THV1005"},
		"aliases without anchors":    {files: yamlFile(strings.Repeat("*a ", 300_000)), code: 1, want: "THV1005"},
		"brackets":                   {files: yamlFile(strings.Repeat("[", 100_000)), code: 1, want: "THV1005"},
		"braces":                     {files: yamlFile(strings.Repeat("{a: ", 25_000)), code: 1, want: "THV1003"},
		"closed brackets":            {files: yamlFile("validating: " + strings.Repeat("[", 9900) + strings.Repeat("]", 9900)), code: 1, want: "THV1005"},
		"dashes":                     {files: yamlFile(strings.Repeat("- ", 50_000)), code: 1, want: "THV1003"},
		"brackets in JSON":           {files: jsonFile(strings.Repeat("[", 5000) + strings.Repeat("]", 5000)), args: "lint a.json", code: 1, want: "THV1005"},
		"a flow mapping of 1 MiB":    {files: yamlFile("{" + strings.Repeat("a,", 1<<19-1)), code: 1, want: "THV1005"},
		"many comments that ignore":  {files: yamlFile(strings.Repeat("# thvctl:ignore THV4006 -- x\n", 35_000) + soundWebhooks), code: 1, want: "THV1005"},
		"comments within the bounds": {files: yamlFile(strings.Repeat("# thvctl:ignore THV4006 -- x\n", 19_000) + soundWebhooks), code: 0, want: "THV9001|warnings"},
		"a comment with many rules":  {files: yamlFile("# thvctl:ignore " + numbered(60_000, "THV%d,") + " -- x\n" + soundWebhooks), code: 1, want: "more than 100 rules"},
		"zeros":                      {files: yamlFile("validating:\x00\n" + strings.Repeat("\x00", 1<<20)), code: 1, want: "THV1002"},
		"UTF-16":                     {files: yamlFile("\xff\xfe" + strings.Repeat("v\x00a\x00:\x00\n\x00", 100_000)), code: 1, want: "UTF-16"},
		"no text at all":             {files: yamlFile(strings.Repeat("\x01\x80:= \"'secret\n", 150_000)), code: 1, want: "THV1002"},
		"byte order marks":           {files: yamlFile(strings.Repeat("\ufeff", 300_000) + soundWebhooks), code: 1, want: "THV1003"},
		"carriage returns":           {files: yamlFile(strings.Repeat("a: 1\r", 50_000)), code: 1, want: "THV1005|THV1004"},
		"findings on many lines":     {files: yamlFile("validating:\n" + strings.Repeat("- {nam: a}\n", 3300)), code: 1, want: "errors"},
		"findings on one line":       {files: yamlFile("validating: [" + strings.Repeat("1,", 9900) + "]\n"), code: 1, want: "9900 errors"},
		"long findings on one line":  {files: yamlFile("validating: [" + strings.Repeat("2001-12-14t21:59:43.10-05:00,", 4900) + "]\n"), code: 1, want: "4900 errors"},
		"the same key":               {files: jsonFile("{" + strings.TrimSuffix(strings.Repeat(`"validating":1,`, 4900), ",") + "}"), args: "lint a.json", code: 1, want: "THV1004"},
		"a long name":                {files: yamlFile("validating:\n  - {name: " + strings.Repeat("a", 1_000_000) + ", url: \"https://a.example/\", failure_policy: fail}\n"), code: 1, want: "THV2009"},
		"a URL of dots":              {files: yamlFile(unfinished + "\"http://" + strings.Repeat(".", 1_000_000) + "\"}\n"), code: 1, want: "THV2004"},
		"a URL of escapes":           {files: yamlFile(unfinished + "\"https://" + strings.Repeat("%41", 300_000) + "\"}\n"), code: 1, want: "THV2005"},
		"a long timeout":             {files: yamlFile("validating: [{name: a, timeout: " + strings.Repeat("1h", 500_000) + "}]\n"), code: 1, want: "THV200"},
		"a number of 1 MB":           {files: yamlFile("validating: [{name: a, timeout: " + strings.Repeat("9", 1_000_000) + "}]\n"), code: 1, want: "THV200"},
		"a huge exponent":            {files: jsonFile(`{"validating":[{"name":1e999999999,"timeout":-1e999999999}]}`), args: "lint a.json", code: 1, want: "THV2003"},
		"escapes":                    {files: jsonFile(`{"validating":[{"name":"` + strings.Repeat(`\ud800`, 170_000) + `"}]}`), args: "lint a.json", code: 1, want: "THV2009"},
		"what begins like tokens":    {files: yamlFile("validating: [{name: \"" + strings.Repeat("sk_live_", 120_000) + "\"}]\n"), code: 1, want: "THV2009"},
		"tags":                       {files: yamlFile(numbered(4900, "k%d: !t 1\n") + soundWebhooks), code: 1, want: "THV1003"},
		"100,001 documents":          {files: yamlFile(strings.Repeat("---\na: 1\n", 100_001)), code: 1, want: "THV1005"},
		"documents of strangers":     {files: yamlFile(strings.Repeat("---\na: 1\n", 99_999)), code: 1, want: "THV1008"},
		"documents too many":         {files: yamlFile(soundWebhooks + strings.Repeat("---\na: 1\n", 90_000)), code: 1, want: "89899 more like it(?s:.*)90000 errors"},
		"documents that break off":   {files: yamlFile(strings.Repeat("---\nvalidating: [\n", 50_000)), code: 1, want: "50000 errors"},
		"documents not worth a word": {files: yamlFile(strings.Repeat("---\nxx: [\n", 50_000) + "# " + strings.Repeat("x", 70_000)), args: "lint .", code: 2, want: "50000 skipped"},
		"objects of one name":        {files: yamlFile(strings.Repeat(objectStart+"kind: MCPServer\nmetadata: {name: a}\nspec: {image: x}\n", 20_000)), code: 0, want: "19999 warnings"},
		"objects without webhooks":   {files: yamlFile(strings.Repeat(objectStart+"kind: MCPWebhookConfig\nmetadata: {name: a}\nspec: {}\n", 20_000)), code: 1, want: "20000 errors"},
		"bombs, compiled":            {files: yamlFile(laughs("a%[1]d: &a%[1]d [%[2]s]\n")), args: "compile a.yaml -o out.json", code: 1, want: "THV1005"},
		"bombs, converted":           {files: yamlFile(laughs("a%[1]d: &a%[1]d [%[2]s]\n")), args: "convert --to crd a.yaml -o out.yaml", code: 1, want: "THV1005"},
		"bombs, laid out":            {files: yamlFile(laughs("a%[1]d: &a%[1]d [%[2]s]\n")), args: "fmt a.yaml", code: 1, want: "THV1005"},
		"bombs, headers":             {files: yamlFile(laughs("a%[1]d: &a%[1]d [%[2]s]\n")), args: "headers a.yaml", code: 1, want: "THV1005"},
		"a diff of fixes":            {files: yamlFile("validating:\n" + numbered(1100, "- {nme: a%[1]d, url: \"https://u:p%[1]d@a.example/\", failure_policy: fail, hmac_secret: abcdefg%[1]d}\n")), args: "lint --diff a.yaml", code: 1, want: `(?s)\+- {name: a1099, url: •{28}, .*3300 errors`},
		"a diff of 360 KB":           {files: yamlFile("validating:\n" + numbered(4000, "- {nme: a%[1]d, url: \"https://u:p%[1]d@a.example/\", failure_policy: fail, hmac_secret: abcdefg%[1]d}\n")), args: "lint --diff --max-nodes 100000 a.yaml", code: 1, want: `(?s)\+- {name: a3999, url: •{28}, .*12000 errors`},
		"a diff of a layout":         {files: yamlFile("validating:\n" + numbered(4000, "- {nme: a%[1]d, url: \"https://u:p%[1]d@a.example/\", failure_policy: fail, hmac_secret: abcdefg%[1]d}\n")), args: "fmt --diff --max-nodes 100000 a.yaml", code: 1, want: `\+  - {.*url: •{28}`},
		"a diff of unknown keys":     {files: yamlFile(flatWebhook + numbered(200, "  "+strings.Repeat("k%[1]d", 25)+": v%[1]d\n")), args: "fmt --diff a.yaml", code: 1, want: `\+    •{50}`},
		"a diff of words in words":   {files: yamlFile(flatWebhook + words(600) + strings.Repeat("  # "+strings.Repeat("a ", 40)+"\n", 1000)), args: "fmt --diff a.yaml", code: 1, want: `\+ +# (• ?){40}`},
		"a diff of a key of 1 MB":    {files: jsonFile(`{"validating":[{"url":"https://a.example/","` + strings.Repeat("k", 1_000_000) + `":1,"name":"a","failure_policy":"fail"}]}`), args: "fmt --diff a.json", code: 1, want: "•{1000}"},
		"brackets as the base":       {files: map[string]string{"a.yaml": soundWebhooks, "b.json": strings.Repeat("[", 100_000)}, args: "compile --base b.json a.yaml -o out.json", code: 1, want: "THV1005"},
		"brackets as the baseline":   {files: map[string]string{"a.yaml": soundWebhooks, "b.json": strings.Repeat("[", 1<<20)}, args: "lint --baseline b.json a.yaml", code: 2, want: "no baseline"},
		"a project file of 2 MB":     {files: map[string]string{"a.yaml": soundWebhooks, "thvctl.yaml": strings.Repeat("# x\n", 500_000)}, code: 2, want: "at most 1048576"},
		"a glob of alternatives":     {files: map[string]string{strings.Repeat("a", 60) + ".yaml": soundWebhooks, "thvctl.yaml": `exclude: ["` + strings.Repeat("{a,*a}", 30) + `b"]`}, args: "lint .", code: 1, want: "alternatives"},
		"a policy deep in folders":   {files: map[string]string{"a.yaml": soundWebhooks, strings.Repeat("a/", 30) + "p.cue": "package policy\n", "thvctl.yaml": `policies: ["` + strings.Repeat("**/", 12) + `*.cue"]`}, args: "lint .", code: 1, want: `12 times`},
		"9,000 globs":                {files: map[string]string{"a.yaml": soundWebhooks, "thvctl.yaml": "exclude: [" + numbered(9000, `"x%d/**/*y/**/z",`) + "]"}, args: "lint .", code: 0, want: "1 document"},
		"ignores and findings":       {files: map[string]string{"a.yaml": "validating:\n" + numbered(1000, "- {name: a%d, url: https://a.example/, failure_policy: ignore}\n"), "thvctl.yaml": "ignore:\n" + strings.Repeat("- {path: \"**/*.yaml\", name: a, rule: fail-open-gate, reason: x}\n", 1000)}, args: "lint --fail-on warning .", code: 1, want: "warnings"},
		"patterns of .gitignore":     {files: map[string]string{"a.yaml": soundWebhooks, ".gitignore": numbered(50_000, "*/**/x%d*y/**/z\n")}, args: "lint .", code: 0, want: "1 document"},
		"references to all":          {files: yamlFile(references(1500, "cfg", "cfg, namespace: n%d")), code: 1, want: "1500 errors"},
		"references nearly right":    {files: yamlFile(references(1500, "cfg%d", "cfh%d")), code: 1, want: "1500 errors"},
		"20,000 Secrets":             {files: map[string]string{"a.yaml": soundWebhooks, "s.yaml": numbered(20_000, "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s%d}\nstringData:\n"+numbered(8, "  key%d: "+strings.Repeat("a", 40)+"\n"))}, args: "lint --secrets=exists --secret-store manifests:s.yaml a.yaml", code: 0, want: "1 document"},
		"a bomb as the secrets":      {files: map[string]string{"a.yaml": soundWebhooks, "s.yaml": laughs("a%[1]d: &a%[1]d [%[2]s]\n")}, args: "lint --secrets=exists --secret-store manifests:s.yaml a.yaml", code: 2, want: "more than 10000 values"},
	}
}

// hostilePlaces are inputs that are no texts.
func hostilePlaces() map[string]hostile {
	return map[string]hostile{
		"a FIFO":               {prepare: fifo("a.yaml"), code: 2, want: "FIFO"},
		"a FIFO in a folder":   {prepare: fifo("a.yaml"), args: "lint .", code: 2, want: "FIFO"},
		"a FIFO as the base":   {files: map[string]string{"w.yaml": soundWebhooks}, prepare: fifo("a.json"), args: "compile --base a.json w.yaml", code: 2, want: "FIFO"},
		"a FIFO as .gitignore": {files: yamlFile(soundWebhooks), prepare: fifo(".gitignore"), args: "lint .", code: 0, want: "1 document"},
		"a FIFO as project":    {files: yamlFile(soundWebhooks), prepare: fifo("p.yaml"), args: "lint --config p.yaml a.yaml", code: 2, want: "not a regular file"},
		"a FIFO as baseline":   {files: yamlFile(soundWebhooks), prepare: fifo("b.json"), args: "lint --baseline b.json a.yaml", code: 2, want: "not a regular file"},
		"/dev/zero":            {prepare: link("/dev/zero", "a.yaml"), code: 2, want: "not a regular file"},
		"a socket":             {prepare: socket, code: 2, want: "not a regular file"},
		"a link to itself":     {prepare: link("a.yaml", "a.yaml"), code: 2, want: "symbolic links"},
		"links in a circle":    {files: yamlFile(soundWebhooks), prepare: links, args: "lint .", code: 2, want: "leads out"},
		"a sparse file":        {prepare: sparse("a.yaml", 1<<30), code: 2, want: "--max-size"},
		"zeros of 60 MiB":      {prepare: sparse("a.yaml", 60<<20), code: 1, want: "THV1005"},
		"13 million markers":   {prepare: filled("a.yaml", "", strings.Repeat("---\n", 13)), code: 1, want: "more than 100000 documents"},
		"8 million documents":  {prepare: filled("a.yaml", "", strings.Repeat("---\na\n", 8)), code: 1, want: "more than 100000 documents"},
		"findings everywhere":  {prepare: faulty(1500), args: "lint .", code: 1, want: "24999 more like it(?s:.*)30000 errors, 60000 warnings"},
		"a long baseline":      {files: yamlFile(soundWebhooks), prepare: longBaseline, args: "lint --baseline b.json a.yaml", code: 0, want: "1 document"},
		"a line of 50 MB":      {prepare: filled("a.yaml", "validating: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), code: 1, want: "THV1005"},
		"a JSON file of 50 MB": {prepare: filled("a.json", "[", "{\"name\":\"a\",\"url\":\"https://a.example/\",\"b\":1234567},"), args: "lint a.json", code: 1, want: "THV1005"},
		"1,000 folders deep":   {prepare: deep("d"), args: "lint .", code: 0, want: "1 document"},
		"a path too long":      {prepare: deep("a-long-name"), args: "lint .", code: 2, want: "file name too long"},
		"hostile names":        {files: map[string]string{"\xff\xfe.yaml": unfinished, "a\nb.yaml": unfinished, "\x1b[31m.yaml": unfinished, "--fix.yaml": unfinished, "\u202e.yaml": unfinished}, args: "lint .", code: 1, want: `\\x1b`},
		"10,000 foreign files": {prepare: foreign(10_000), args: "lint .", code: 2, want: "10000 skipped"},
		"a FIFO as a module":   {prepare: module(fifo("cue.mod/module.cue")), args: "lint .", code: 2, want: "not a regular file"},
		"a sparse module":      {prepare: module(sparse("cue.mod/module.cue", 1<<30)), args: "lint .", code: 2, want: "at most 1048576"},
	}
}

func fifo(name string) func(*testing.T, string) {
	return func(t *testing.T, folder string) { ok(t, syscall.Mkfifo(filepath.Join(folder, name), 0o600)) }
}

func link(target, name string) func(*testing.T, string) {
	return func(t *testing.T, folder string) { ok(t, os.Symlink(target, filepath.Join(folder, name))) }
}

func links(t *testing.T, folder string) {
	for name, target := range map[string]string{"self": ".", "up": "..", "a.json": "/etc/passwd", "nowhere.txt": "nowhere"} {
		ok(t, os.Symlink(target, filepath.Join(folder, name)))
	}
}

func socket(t *testing.T, folder string) {
	at, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	ok(t, err)
	defer syscall.Close(at)
	t.Chdir(folder) // the address of a socket is short
	ok(t, syscall.Bind(at, &syscall.SockaddrUnix{Name: "a.yaml"}))
}

func sparse(name string, size int64) func(*testing.T, string) {
	return func(t *testing.T, folder string) {
		ok(t, os.WriteFile(filepath.Join(folder, name), nil, 0o600))
		ok(t, os.Truncate(filepath.Join(folder, name), size))
	}
}

// module makes the folder of a CUE module beside a sound file.
func module(file func(*testing.T, string)) func(*testing.T, string) {
	return func(t *testing.T, folder string) {
		ok(t, os.WriteFile(filepath.Join(folder, "a.yaml"), []byte(soundWebhooks), 0o600))
		ok(t, os.Mkdir(filepath.Join(folder, "cue.mod"), 0o700))
		file(t, folder)
	}
}

// filled writes a million times a part.
func filled(name, start, part string) func(*testing.T, string) {
	return func(t *testing.T, folder string) {
		f, err := os.Create(filepath.Join(folder, name))
		ok(t, err)
		defer f.Close()
		_, err = f.WriteString(start)
		ok(t, err)
		for range 1000 {
			_, err = f.WriteString(strings.Repeat(part, 1000))
			ok(t, err)
		}
	}
}

func deep(name string) func(*testing.T, string) {
	return func(t *testing.T, folder string) {
		t.Chdir(folder) // the whole path is too long for the system
		for range 1000 {
			ok(t, os.Mkdir(name, 0o700))
			ok(t, os.Chdir(name))
		}
		ok(t, os.WriteFile("a.yaml", []byte(soundWebhooks), 0o600))
	}
}

func foreign(count int) func(*testing.T, string) {
	return func(t *testing.T, folder string) {
		for i := range count {
			ok(t, os.WriteFile(filepath.Join(folder, fmt.Sprintf("f%d.yaml", i)), []byte("apiVersion: v1\nkind: ConfigMap\n"), 0o600))
		}
	}
}

// longBaseline writes a baseline with a million findings.
func longBaseline(t *testing.T, folder string) {
	text := `{"version":1,"findings":[` + strings.TrimSuffix(numbered(1_000_000, `{"fingerprint":"%032x"},`), ",") + "]}"
	ok(t, os.WriteFile(filepath.Join(folder, "b.json"), []byte(text), 0o600))
}

// faulty writes files with 20 webhooks each that have a mistake and a weakness.
func faulty(count int) func(*testing.T, string) {
	text := "validating:\n" + numbered(20, "- {name: a%d, url: \"http://a.example/\", failure_policy: ignore}\n")
	return func(t *testing.T, folder string) {
		for i := range count {
			ok(t, os.WriteFile(filepath.Join(folder, fmt.Sprintf("f%d.yaml", i)), []byte(text), 0o600))
		}
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestHostileInput has inputs that would take all time or all memory, or that never end.
// Each is refused, or read, within bounds, and leaves no half of an artifact.
func TestHostileInput(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute on a slow machine")
	}
	for _, table := range []map[string]hostile{hostileTexts(), hostilePlaces()} {
		for name, input := range table {
			t.Run(name, func(t *testing.T) { checkHostile(t, input) })
		}
	}
}

// refused matches what is said of an input that passes a bound.
var refused = regexp.MustCompile("THV1001|THV1005")

func checkHostile(t *testing.T, input hostile) {
	folder := t.TempDir()
	for name, text := range input.files {
		path := filepath.Join(folder, name)
		ok(t, os.MkdirAll(filepath.Dir(path), 0o700))
		ok(t, os.WriteFile(path, []byte(text), 0o600))
	}
	if input.prepare != nil {
		input.prepare(t, folder)
	}
	args := strings.Fields(input.args)
	if len(args) == 0 {
		args = []string{"lint", "a.yaml"}
	}
	o := runHostile(t, folder, input.stdin, args...)
	if o.code != input.code {
		t.Errorf("exit code %d, want %d", o.code, input.code)
	}
	if !regexp.MustCompile(input.want).MatchString(o.said) {
		t.Errorf("says not %q but:\n%.1000s", input.want, o.said)
	}
	if strings.ContainsAny(o.said, "\x1b\u202e") {
		t.Error("what it says holds control characters")
	}
	goal := int64(goalWithin)
	if refused.MatchString(o.said) {
		goal = goalMemory
	}
	checkUsage(t, o.used, goal)
	for _, half := range []string{"out.json", "out.yaml"} {
		if _, err := os.Lstat(filepath.Join(folder, half)); err == nil {
			t.Errorf("%s was written", half)
		}
	}
}

// checkUsage compares with the goals, where the binary is as it is shipped.
func checkUsage(t *testing.T, used usage, memory int64) {
	t.Helper()
	t.Logf("%v of CPU, %d MiB", used.CPU.Round(10*time.Millisecond), used.Memory>>20)
	if used.CPU > slack*goalCPU {
		t.Errorf("used %v of CPU, the goal is %v", used.CPU, goalCPU)
	}
	if used.Memory > memory+slackMemory {
		t.Errorf("used %d MiB, the goal is %d", used.Memory>>20, memory>>20)
	}
}

// endless is a text without an end: a part again and again.
type endless struct {
	part string
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	for n := 0; n < len(p); {
		copied := copy(p[n:], e.part[e.at:])
		n, e.at = n+copied, (e.at+copied)%len(e.part)
	}
	return len(p), nil
}

// TestEndlessInput has standard input that never ends.
func TestEndlessInput(t *testing.T) {
	parts := map[string]string{"a document": "a: 1\n", "zeros": "\x00", "markers": "---\n"}
	for name, part := range parts {
		for _, command := range []string{"lint -", "compile -", "fmt -", "convert --to cli -"} {
			t.Run(command+" "+name, func(t *testing.T) {
				read, write, err := os.Pipe()
				ok(t, err)
				go func() {
					_, _ = io.Copy(write, &endless{part: part}) // until nobody reads it
					write.Close()
				}()
				o := runHostile(t, t.TempDir(), read, strings.Fields(command)...)
				read.Close()
				if o.code == 0 || o.code > 2 || !strings.Contains(o.said, "THV100") {
					t.Errorf("exit code %d: %s", o.code, o.said)
				}
				checkUsage(t, o.used, goalMemory)
			})
		}
	}
}

// TestChangingFiles has files that grow, shrink and vanish while they are read.
func TestChangingFiles(t *testing.T) {
	folder := t.TempDir()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			path := filepath.Join(folder, fmt.Sprintf("f%d.yaml", i%50))
			switch i % 4 {
			case 0:
				_ = os.WriteFile(path, []byte(strings.Repeat(soundWebhooks, 1+i%7)), 0o600)
			case 1:
				_ = os.Truncate(path, int64(i%200))
			case 2:
				_ = os.Truncate(path, int64(i%3)<<20)
			case 3:
				_ = os.Remove(path)
			}
		}
	}()
	for range 3 {
		for _, command := range []string{"lint .", "compile . -o ../out/", "fmt --check ."} {
			if o := runHostile(t, folder, nil, strings.Fields(command)...); o.code > 2 {
				t.Errorf("%s: exit code %d:\n%.1000s", command, o.code, o.said)
			}
		}
	}
	close(stop)
	<-stopped
}

// TestUnreadable has a file and a folder that may not be read, which are for others than
// the superuser.
func TestUnreadable(t *testing.T) {
	folder := t.TempDir()
	ok(t, os.WriteFile(filepath.Join(folder, "a.yaml"), []byte(soundWebhooks), 0o600))
	ok(t, os.Mkdir(filepath.Join(folder, "d"), 0o700))
	ok(t, os.WriteFile(filepath.Join(folder, "open.yaml"), []byte(soundWebhooks), 0o644))
	for _, above := range []string{folder, filepath.Dir(folder), filepath.Dir(thvctl)} {
		ok(t, os.Chmod(above, 0o755))
	}
	ok(t, os.Chmod(filepath.Join(folder, "d"), 0))
	ok(t, os.Chmod(filepath.Join(folder, "a.yaml"), 0))
	for args, want := range map[string]string{
		"lint a.yaml": "THV1001.*permission denied",
		"lint .":      `(?s)a\.yaml.*permission denied.*d.*permission denied.*1 document`,
		"compile open.yaml a.yaml -o " + filepath.Join(folder, "out.json"): "permission denied",
		"compile open.yaml -o " + filepath.Join(folder, "out.json"):        "permission denied",
		"lint --cache d open.yaml":                                         "1 document",
	} {
		command := exec.Command(thvctl, strings.Fields(args)...)
		command.Dir, command.Env = folder, []string{"HOME=/nonexistent"}
		command.SysProcAttr = new(syscall.SysProcAttr)
		if os.Geteuid() == 0 {
			ok(t, os.Chmod(thvctl, 0o755))
			command.SysProcAttr.Credential = &syscall.Credential{Uid: 65534, Gid: 65534}
		} else if strings.Contains(args, "-o") {
			ok(t, os.Chmod(folder, 0o555))
		}
		said, _ := command.CombinedOutput()
		wanted := 2
		if strings.Contains(args, "--cache") {
			wanted = 0 // a check does without
		}
		if code := command.ProcessState.ExitCode(); code != wanted || !regexp.MustCompile(want).Match(said) {
			t.Errorf("%s: exit code %d:\n%s", args, code, said)
		}
		if _, err := os.Stat(filepath.Join(folder, "out.json")); err == nil {
			t.Errorf("%s: wrote an artifact", args)
		}
	}
	ok(t, os.Chmod(folder, 0o755))
	ok(t, os.Chmod(filepath.Join(folder, "d"), 0o700))
}
