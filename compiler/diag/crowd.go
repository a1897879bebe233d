package diag

import "fmt"

// Most bounds how many findings alike are kept: of one rule, with one severity. The zero
// value keeps all.
type Most struct {
	// InFile is how many of one file are kept, and InAll how many of all files.
	InFile, InAll int
}

// Crowd takes in findings file by file, and keeps no more of them than Most allows. Of
// those over a bound it keeps the first, which counts the others.
type Crowd struct {
	Most
	file          string
	inFile, inAll map[alike]*tally
	over          []*Diagnostic
}

// alike are findings of which a reader needs no more than some.
type alike struct {
	rule     string
	severity Severity
}

// tally counts findings alike. over is the first over the bound.
type tally struct {
	kept int
	over *Diagnostic
}

// Keep returns the findings that are kept, in the memory of those given. The findings of
// one file come together, and in order.
func (c *Crowd) Keep(found List) List {
	if c.InFile <= 0 || c.InAll <= 0 {
		return found
	}
	kept := found[:0]
	for i := range found {
		if c.takes(&found[i]) {
			kept = append(kept, found[i])
		}
	}
	clear(found[len(kept):])
	return kept
}

func (c *Crowd) takes(d *Diagnostic) bool {
	if c.inAll == nil {
		c.inAll = map[alike]*tally{}
	}
	if c.inFile == nil || d.Span.File != c.file {
		c.file, c.inFile = d.Span.File, map[alike]*tally{}
	}
	about := alike{d.Rule.ID, d.Severity}
	file, all := at(c.inFile, about), at(c.inAll, about)
	switch {
	case all.kept >= c.InAll:
		c.crowd(all, d)
	case file.kept >= c.InFile:
		if file.over == nil {
			all.kept++
		}
		c.crowd(file, d)
	default:
		file.kept++
		all.kept++
		return true
	}
	return false
}

func at(tallies map[alike]*tally, about alike) *tally {
	t := tallies[about]
	if t == nil {
		t = new(tally)
		tallies[about] = t
	}
	return t
}

func (c *Crowd) crowd(t *tally, d *Diagnostic) {
	if t.over != nil {
		t.over.More += 1 + d.More
		return
	}
	over := *d
	t.over = &over
	c.over = append(c.over, t.over)
}

// Rest returns the findings that count others, and forgets them.
func (c *Crowd) Rest() List {
	var rest List
	for _, d := range c.over {
		rest = append(rest, *d)
	}
	*c = Crowd{Most: c.Most}
	return rest
}

// Of returns no more of a sorted list than is kept, sorted.
func (m Most) Of(found List) List {
	c := Crowd{Most: m}
	found = c.Keep(found)
	found = append(found, c.Rest()...)
	found.Sort()
	return found
}

// CountMore puts into words how many more findings each stands for.
func (l List) CountMore() {
	for i := range l {
		if d := &l[i]; d.More > 0 {
			d.Message += fmt.Sprintf("; %d more like it are not shown", d.More)
		}
	}
}
