package main

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/bench/corpus"
)

//go:embed policy.rego
var policy []byte

// program is one thing that is run on the corpora.
type program struct {
	name string
	// arguments are those for an input, the name of the program first.
	arguments func(input) []string
	kinds     []kind
	// checks says that it has to refuse what is faulty, peer that it is not ours.
	checks, peer bool
	// warm says that a run before the first measured one fills a cache, cold that the
	// cache is emptied before each run.
	warm, cold bool
}

// The names of the programs in tables, which the goals ask for.
const (
	floor       = "floor"
	readhash    = "read and hash"
	lint        = "thvctl lint"
	coldLint    = "thvctl lint, filling a cache"
	warmLint    = "thvctl lint, warm cache"
	compileCLI  = "thvctl compile --form cli"
	compileCRD  = "thvctl compile --form crd"
	kubeconform = "kubeconform"
	conftest    = "conftest"
	cueVet      = "cue vet"
)

// writeFiles writes what the programs read beside the corpora.
func (w *workshop) writeFiles() error {
	jsonSchema, err := w.output("thvctl", "schema", "--as", "jsonschema", "mcpwebhookconfig")
	if err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	cue, err := w.output("thvctl", "schema", "--as", "cue")
	if err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	for name, data := range map[string][]byte{
		"schema.json": jsonSchema, "schema.cue": cue, "policy.rego": policy,
		"project/thvctl.yaml": corpus.Project(),
	} {
		if err := os.WriteFile(filepath.Join(w.folder, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// programs returns what runs, in the order of the tables, and what does not.
func (w *workshop) programs() (all []program, absent []string) {
	everything := []kind{kubernetes, mixed, documents, webhooks}
	theirs := []kind{kubernetes, documents}
	configs := []kind{kubernetes, mixed}
	all = []program{
		{name: floor, arguments: on("floor"), kinds: everything},
		{name: readhash, arguments: on("readhash"), kinds: everything},
		{name: lint, arguments: w.lint(), kinds: everything, checks: true},
	}
	if w.knows("lint", "--cache") {
		all = append(all,
			program{name: coldLint, arguments: lintCaching("cold"), kinds: everything, checks: true, cold: true},
			program{name: warmLint, arguments: lintCaching("warm"), kinds: everything, checks: true, warm: true})
	} else {
		absent = append(absent, "this thvctl has no result cache, so there is no warm run")
	}
	all = append(all,
		program{name: compileCLI, arguments: w.compile("cli"), kinds: configs, checks: true},
		program{name: compileCRD, arguments: w.compile("crd"), kinds: configs, checks: true},
		program{name: kubeconform, arguments: on("kubeconform", "-schema-location", "schema.json"), kinds: theirs, checks: true, peer: true},
		program{name: conftest, arguments: on("conftest", "test", "--policy", "policy.rego"), kinds: theirs, checks: true, peer: true},
		program{name: cueVet, arguments: func(in input) []string {
			return append([]string{"cue", "vet", "-c", "-d", "#MCPWebhookConfig", "schema.cue"}, in.files...)
		}, kinds: []kind{kubernetes}, checks: true, peer: true})
	return slices.DeleteFunc(all, func(p program) bool { return !w.has(p.arguments(input{})[0]) }), absent
}

// on returns the arguments of a program that takes the path last.
func on(arguments ...string) func(input) []string {
	return func(in input) []string { return append(slices.Clone(arguments), in.path) }
}

func (w *workshop) lint() func(input) []string {
	arguments := append([]string{"thvctl", "lint", "--severity", "error"}, w.cold("lint")...)
	return func(in input) []string { return withLimits(in, arguments...) }
}

// lintCaching returns the arguments of a lint whose cache is that of the input.
func lintCaching(name string) func(input) []string {
	return func(in input) []string {
		return withLimits(in, "thvctl", "lint", "--severity", "error", "--cache", cacheOf(name, in))
	}
}

func cacheOf(name string, in input) string {
	return filepath.Join("cache", name+"-"+strings.TrimSuffix(in.path, ".yaml"))
}

func (w *workshop) compile(form string) func(input) []string {
	arguments := append([]string{"thvctl", "compile", "--severity", "error", "--form", form, "--config", "project/thvctl.yaml"}, w.cold("compile")...)
	return func(in input) []string { return withLimits(in, arguments...) }
}

// withLimits adds the path, and raises the bounds for what is beyond them.
func withLimits(in input, arguments ...string) []string {
	all := slices.Clone(arguments)
	if in.kind == webhooks {
		all = append(all, "--max-document", "67108864", "--max-nodes", "1000000")
	}
	return append(all, in.path)
}

// cold returns the flag that keeps a command from its cache, if it has one.
func (w *workshop) cold(command string) []string {
	if w.knows(command, "--no-cache") {
		return []string{"--no-cache"}
	}
	return nil
}

// knows reports whether a command of thvctl has a flag.
func (w *workshop) knows(command, flag string) bool {
	help, err := w.output("thvctl", command, "--help")
	return err == nil && slices.Contains(strings.Fields(string(help)), flag)
}

// prove holds each program against files that are good and files that are not, since
// one that accepts everything, or nothing, does other work. It returns those that pass.
func (w *workshop) prove(programs []program) (proven []program, refused []string) {
	good, bad := input{kind: kubernetes, path: "good"}, input{kind: kubernetes, path: "bad"}
	err := good.writeFiles(w.folder, corpus.Options{Seed: 2}.Kubernetes(20))
	if err == nil {
		err = bad.writeFiles(w.folder, corpus.Options{Seed: 2, Faulty: 1}.Kubernetes(20))
	}
	if err != nil {
		return nil, []string{err.Error()}
	}
	for _, p := range programs {
		text, err := w.output(p.arguments(good)...)
		if err != nil {
			refused = append(refused, fmt.Sprintf("%s refuses good files (%v): %s", p.name, err, firstLine(text)))
			continue
		}
		_, err = w.output(p.arguments(bad)...)
		if _, exited := errors.AsType[*exec.ExitError](err); p.checks && !exited {
			refused = append(refused, p.name+" accepts faulty files")
			continue
		}
		proven = append(proven, p)
	}
	for _, line := range refused {
		say("left out: %s", line)
	}
	return proven, refused
}
