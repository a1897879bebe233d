package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/lookup"
	"github.com/thvctl/thvctl/secret"
)

// storeUse is a store that a run asks.
type storeUse struct {
	secret.Spec
	// within is the folder that files of manifests:GLOB may not lead out of; empty
	// for none.
	within string
	// manifests are the Secrets of manifests:GLOB.
	manifests []secret.Manifest
}

// readSecrets prepares the look-up of secrets: the stores of the command line come
// first, then those of the project file.
func (r *run) readSecrets(strengthGiven bool, p project) error {
	if r.flags.secrets == "" && !strengthGiven {
		return nil // a command without the flag
	}
	strength, ok := lookup.ParseStrength(r.flags.secrets)
	if !ok {
		return fmt.Errorf("--secrets is %q, allowed are syntax, exists and verify", r.flags.secrets)
	}
	var uses []storeUse
	for _, text := range r.flags.secretStores {
		spec, err := secret.Parse(text)
		if err != nil {
			return fmt.Errorf("--secret-store: %w", err)
		}
		uses = append(uses, storeUse{Spec: spec})
	}
	if len(uses) > 0 && !strengthGiven {
		return errors.New("--secret-store is for --secrets=exists and --secrets=verify; nothing is looked up without one of them")
	}
	if strength == lookup.Syntax {
		return nil
	}
	uses = append(uses, p.stores...)
	if len(uses) == 0 {
		uses = []storeUse{{Spec: defaultStore}}
	}
	for i := range uses {
		if err := r.readManifests(&uses[i]); err != nil {
			return err
		}
	}
	now := r.env.Now
	if now == nil {
		now = time.Now
	}
	r.options.Secrets = lookup.Options{Strength: strength, Now: now(), Lookup: func(inputs []secret.Manifest, requests []secret.Request) ([]secret.Result, error) {
		return askStores(uses, inputs, requests)
	}}
	return nil
}

// defaultStore is what is asked where no store is named: the Secrets among the
// inputs.
var defaultStore = must(secret.Parse("manifests"))

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// askStores asks the stores. An interrupt ends the programs that stores run, and
// then thvctl as if it had not been caught.
func askStores(uses []storeUse, inputs []secret.Manifest, requests []secret.Request) ([]secret.Result, error) {
	stores := make([]secret.Store, len(uses))
	for i, use := range uses {
		store, err := use.Open(secret.Sources{Inputs: inputs, Manifests: func(string) ([]secret.Manifest, error) { return use.manifests, nil }})
		if err != nil {
			return nil, compiler.UsageErrorf("the store %s: %s", use, err)
		}
		stores[i] = store
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	results := secret.Lookup(ctx, stores, requests)
	if ctx.Err() != nil {
		stop()
		return nil, errors.Join(syscall.Kill(os.Getpid(), syscall.SIGINT), compiler.UsageErrorf("interrupted"))
	}
	return results, nil
}

// readManifests reads the files of manifests:GLOB.
func (r *run) readManifests(use *storeUse) error {
	if use.Kind.Name != defaultStore.Kind.Name || use.Argument == "" {
		return nil
	}
	paths, err := doublestar.FilepathGlob(use.Argument, doublestar.WithFilesOnly())
	switch {
	case err != nil:
		return fmt.Errorf("the store %s: %q is no glob: %w", use, use.Argument, err)
	case len(paths) == 0:
		return fmt.Errorf("the store %s: no file matches %q", use, use.Argument)
	}
	in := r.flags.inputs(r.env)
	for _, path := range slices.Sorted(slices.Values(paths)) {
		if use.within != "" && !inside(use.within, path) {
			return fmt.Errorf("the store %s: %q is a link that leads out of the folder of the project file", use, path)
		}
		info, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("the store %s: %w", use, err)
		}
		in.addFound(path, info)
	}
	if len(in.found) > 0 {
		return fmt.Errorf("the store %s: %s: %s", use, in.found[0].Span.File, in.found[0].Message)
	}
	use.manifests, err = compiler.Manifests(in.files, compiler.Options{Syntax: r.options.Syntax, Workers: r.options.Workers})
	if err != nil {
		return fmt.Errorf("the store %s: %w", use, err)
	}
	return nil
}
