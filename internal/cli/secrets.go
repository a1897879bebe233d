package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/lookup"
	"github.com/thvctl/thvctl/compiler/syntax"
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
	if strength == lookup.Syntax || r.broken.Has(diag.Error) {
		return nil // a broken project file may lack stores and bindings
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

// askStores asks the stores.
func askStores(uses []storeUse, inputs []secret.Manifest, requests []secret.Request) (results []secret.Result, err error) {
	stores := make([]secret.Store, len(uses))
	for i, use := range uses {
		store, err := use.Open(secret.Sources{Inputs: inputs, Manifests: func(string) ([]secret.Manifest, error) { return use.manifests, nil }})
		if err != nil {
			return nil, compiler.UsageErrorf("the store %s: %s", use, err)
		}
		stores[i] = store
	}
	err = interruptible(func(ctx context.Context) { results = secret.Lookup(ctx, stores, requests) })
	return results, err
}

// interruptible lets an interrupt end what is under way, such as the programs that
// stores run, and then thvctl as if it had not been caught.
func interruptible(run func(context.Context)) error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var caught os.Signal
	var watch sync.WaitGroup
	watch.Go(func() {
		select {
		case caught = <-signals:
			cancel()
		case <-ctx.Done():
		}
	})
	run(ctx)
	cancel()
	watch.Wait()
	if caught == nil {
		return nil
	}
	signal.Stop(signals)
	if err := syscall.Kill(os.Getpid(), caught.(syscall.Signal)); err == nil {
		time.Sleep(time.Second) // it ends here, unless whoever started thvctl had the signal ignored
	}
	return compiler.UsageErrorf("interrupted")
}

// readManifests reads the files of manifests:GLOB.
func (r *run) readManifests(use *storeUse) error {
	if use.Kind.Name != defaultStore.Kind.Name || use.Argument == "" {
		return nil
	}
	files, err := r.manifestFiles(*use)
	if err != nil {
		return fmt.Errorf("the store %s: %w", use, err)
	}
	use.manifests, err = compiler.Manifests(files, compiler.Options{Syntax: r.options.Syntax, Workers: r.options.Workers})
	if err != nil {
		return fmt.Errorf("the store %s: %w", use, err)
	}
	return nil
}

// manifestFiles returns the files that the glob of a store matches. One that cannot
// be read is an error, because nobody knows which Secrets it has.
func (r *run) manifestFiles(use storeUse) ([]syntax.File, error) {
	paths, err := doublestar.FilepathGlob(use.Argument, doublestar.WithFilesOnly(), doublestar.WithFailOnIOErrors())
	switch {
	case errors.Is(err, doublestar.ErrBadPattern):
		return nil, fmt.Errorf("%q is no glob: %w", use.Argument, err)
	case err != nil:
		return nil, err // nobody knows what is in a folder that cannot be read
	}
	in := r.flags.inputs(r.env)
	for _, path := range slices.Sorted(slices.Values(paths)) {
		format, known := syntax.FormatOf(path)
		if !known {
			continue
		}
		if use.within != "" && !inside(use.within, path) {
			return nil, fmt.Errorf("%q is a link that leads out of the folder of the project file", path)
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		// As named, so that a broken one does not pass for somebody else's.
		in.read(path, realPath(path), info.Mode(), syntax.File{Name: filepath.ToSlash(path), Format: format, Named: true})
	}
	switch {
	case len(in.found) > 0:
		return nil, fmt.Errorf("%s: %s", in.found[0].Span.File, in.found[0].Message)
	case len(in.files) == 0:
		return nil, fmt.Errorf("no file in YAML or JSON matches %q", use.Argument)
	}
	return in.files, nil
}
