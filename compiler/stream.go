package compiler

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/lookup"
	"github.com/thvctl/thvctl/compiler/suppress"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// letsGo reports whether a run can let go of each file when it has been judged: nothing
// then asks for the values of all of them.
func letsGo(files []syntax.File, o Options) bool {
	together := o.Check.Rules.Merge || len(o.Check.Judges)+len(o.Policies) > 0 || o.Secrets.Strength > lookup.Syntax
	_, isTable := o.Check.Engine.(check.Table)
	isCUE := func(f syntax.File) bool { return f.Format == syntax.CUE }
	return !together && (o.Check.Engine == nil || isTable) && !slices.ContainsFunc(files, isCUE)
}

// Memory remembers, from one run to the next, the files in which nothing was found.
type Memory interface {
	// Get returns what was remembered of a file. It is called by several at a time.
	Get(key [32]byte) (data []byte, ok bool)
	// Put remembers. It is not called by several at a time, but beside Get.
	Put(key [32]byte, data []byte)
}

// keyOf identifies a file whose verdict was remembered: by its text, and what else the
// verdict depends on that is not the same for all files of a run.
func keyOf(f syntax.File) [32]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%d %t\n", f.Format, f.Named)
	h.Write(f.Data)
	return [32]byte(h.Sum(nil))
}

// judged is what came of one file.
type judged struct {
	tree   *syntax.Tree
	unread diag.List
	part   *check.Part
	err    error
	// forgotten says that nothing was found, and nothing but the part is left.
	forgotten bool
	// module is what a compile makes of it.
	module module
	// memory is what another run is to remember; nil for nothing new.
	memory []byte
	key    [32]byte
}

// judge reads and judges a file, or recalls what came of it before, and compiles it where
// there is a program.
func judge(f syntax.File, index int, o Options, p *program) (j judged) {
	ok := true
	if j.unread, ok = load(&f); !ok {
		return j
	}
	forget := !o.Suppress.AsksByName() // names are not among what is left
	if o.Memory != nil && forget {
		j.key = keyOf(f)
		if data, known := o.Memory.Get(j.key); known {
			if j.part, j.forgotten = check.Recall(data, f, index, o.Syntax); j.forgotten {
				j.part.Sleep(f)
				return j
			}
		}
	}
	if forget && p == nil {
		j.part = judgeInParts(f, index, o)
		j.forgotten = j.part != nil
	}
	if !j.forgotten {
		j.tree, j.unread = syntax.Parse(f, o.Syntax)
		if j.part, j.err = check.File(j.tree, index, o.Check); j.err != nil {
			return j
		}
		if p != nil && !j.part.Failed() {
			j.module = p.compile(j.part.Checked())
		}
		j.forgotten = forget && len(j.unread)+len(j.module.found) == 0 && j.part.Forget()
	}
	if j.forgotten {
		j.part.Sleep(f)
	}
	if o.Memory != nil && j.forgotten && j.part.Clean() {
		j.memory, _ = j.part.Remembered()
	}
	return j
}

// judgeInParts judges a file of many documents, of which it holds a few at a time. It
// returns nil where all of them are needed together.
func judgeInParts(f syntax.File, index int, o Options) *check.Part {
	pieces := check.NewPieces(index, o.Check)
	for tree, unread := range syntax.Parts(f, o.Syntax) {
		if !pieces.Add(tree, unread) {
			return nil
		}
	}
	return pieces.End()
}

// stream is a lint that reads and judges files at the same time, and holds no more than
// a few of them. Of a compile, p is the program.
func stream(files []syntax.File, o Options, p *program) (*run, error) {
	if o.Suppress == nil {
		o.Suppress = suppress.New(nil)
	}
	o.Check.Suppress, o.Check.Most = o.Suppress, o.Most
	o.Syntax.Foreign, o.Syntax.Claim = check.Foreign, check.Claim
	r := &run{files: files, options: o}
	verdict := check.NewVerdict(o.Check)
	var failed error
	done := 0
	Ordered(len(files), o.Workers, func(i int) judged { return judge(files[i], i, o, p) }, func(j judged) {
		switch {
		case j.err != nil:
			failed = j.err
			return
		case j.forgotten:
			verdict.AddForgotten(j.part)
			if j.memory != nil {
				o.Memory.Put(j.key, j.memory)
			}
		case j.tree == nil:
			verdict.Miss(j.unread)
		default:
			syntax.Show(j.unread, j.tree)
			passed := verdict.AddOutlined(j.part)
			if p != nil && (!passed || j.unread.Has(diag.Error)) {
				p.hopeless.Store(true)
			} else if p != nil && j.part.Failed() { // with what nobody wants to hear of
				j.module = p.compile(j.part.Checked())
			}
			if len(j.module.found) == 0 {
				j.part.Release()
			}
		}
		if p != nil {
			p.add(j.module, j.tree)
		}
		r.found = append(r.found, verdict.Keep(o.Suppress.Filter(j.unread, nil))...)
		if done++; o.Progress != nil {
			o.Progress(done, len(r.found)+verdict.Found())
		}
	})
	if failed != nil {
		return nil, failed
	}
	_, summary, found, err := verdict.End()
	if err != nil {
		return nil, err
	}
	r.found, r.result.Summary, r.partial = append(r.found, found...), summary, verdict.Partial()
	return r, nil
}
