package check

import (
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/suppress"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// Pieces gathers the verdict on a file of many documents, which are judged some at a time
// and let go of.
type Pieces struct {
	options Options
	index   int
	whole   *Part
	found   diag.List
	crowd   diag.Crowd
	last    *syntax.Tree
	// filled says that there was a document, and webhooks that the first is a webhook file.
	filled, webhooks bool
	// misplaced says that a document stands where it may not.
	misplaced bool
}

// NewPieces returns the verdict on none of the documents of a file, whose position among
// the inputs is index.
func NewPieces(index int, o Options) *Pieces {
	return &Pieces{options: o, index: index, whole: new(Part), crowd: diag.Crowd{Most: o.Most}}
}

// mostOffered is the largest file, in bytes, of which all documents are held together for
// the sake of a fix, which is tried before it is offered.
const mostOffered = 256 << 10

// Add judges some more documents and lets go of them. unread is what is wrong with their
// text. ok is false where the file has to be judged as a whole.
func (p *Pieces) Add(tree *syntax.Tree, unread diag.List) (ok bool) {
	p.last = tree
	part := &Part{tree: tree}
	part.all, part.found = recogniseTree(tree, p.index, p.webhooks)
	p.whole.faulty = p.whole.faulty || tree.Faulty
	p.misplaced = p.misplaced || len(part.found) > 0
	if !p.filled && len(part.all) > 0 {
		p.filled, p.webhooks = true, hasWebhookFile(part.all)
	}
	if part.judge(p.options) != nil {
		return false // a defect, which the whole file has as well
	}
	if len(unread) == 0 && part.Forget() {
		p.whole.Join(part)
		return true
	}
	if !p.mayKeep() {
		return false
	}
	for i := range part.found {
		if part.found[i].Fix != nil && len(tree.Source.Data) <= mostOffered {
			return false
		}
		part.found[i].Fix = nil
	}
	p.keep(part, unread)
	return true
}

// keep takes in what was found in a part.
func (p *Pieces) keep(part *Part, unread diag.List) {
	nobody := suppress.New(nil) // it says what the findings are about
	found := append(unread, nobody.Filter(part.found, part.docs)...)
	found.Sort()
	p.found = append(p.found, p.crowd.Keep(found)...)
	p.whole.Join(&Part{documents: len(part.docs), skipped: len(part.all) - len(part.docs), outlines: outline(part.docs, false)})
	part.tree.Settle()
	part.tree.Release()
}

// mayKeep reports whether findings may be kept without their documents: nobody wants any
// of them suppressed, and fixes are not asked for, which need the whole file.
func (p *Pieces) mayKeep() bool {
	return p.options.Most != diag.Most{} && p.options.Suppress.Idle() && !p.last.Source.MayHoldDirectives()
}

// End returns the verdict, of which nothing is left but what is needed with that on other
// files; nil where there was nothing to judge or the file has to be judged as a whole.
func (p *Pieces) End() *Part {
	if p.last == nil {
		return nil
	}
	if p.whole.documents == 0 && !p.whole.faulty && !p.misplaced {
		more := p.options.Rules.Settings.Apply(fileProblems(p.last, nil, p.filled))
		if len(more) > 0 && !p.mayKeep() {
			return nil
		}
		p.found = append(p.found, more...)
	}
	p.found = append(p.found, p.crowd.Rest()...)
	syntax.Show(p.found, p.last)
	p.whole.found = p.found
	return p.whole
}

// Clean reports whether nothing was found in a file.
func (p *Part) Clean() bool { return len(p.found) == 0 && !p.faulty }
