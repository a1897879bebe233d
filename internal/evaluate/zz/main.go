package main

import (
	"fmt"
	"os"
	"testing/fstest"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/load"
)

var src []byte

func show(v cue.Value, path string, depth int) {
	ind := strings.Repeat("  ", depth)
	d, _ := v.Default()
	fmt.Printf("%s%s kind=%v inc=%v err=%v\n", ind, path, d.Kind(), d.IncompleteKind(), d.Err())
	for c := range v.Core().V.LeafConjuncts() {
		s := c.Source()
		if s == nil { fmt.Printf("%s   conj nil src\n", ind); continue}
		n := s
		if f, ok := s.(*ast.Field); ok { n = f.Value }
		fmt.Printf("%s   conj %T %v", ind, s, n.Pos())
		if p := n.Pos(); p.IsValid() && strings.Contains(p.Filename(), "given") && n.End().IsValid() {
			fmt.Printf(" %q", src[p.Offset():n.End().Offset()])
		}
		fmt.Println()
	}
	if s := d.Core().V.Value(); s != nil && s.Source() != nil {
		fmt.Printf("%s   base %T %v end %v\n", ind, s.Source(), s.Source().Pos(), s.Source().End())
	}
	switch {
	case d.IncompleteKind() == cue.ListKind || d.Kind() == cue.ListKind:
		it, err := d.List()
		if err != nil { fmt.Println(ind, "list err", err) }
		i := 0
		for err == nil && it.Next() { show(it.Value(), fmt.Sprint(i), depth+1); i++ }
	default:
		it, err := d.Fields()
		if err != nil { if d.Kind() == cue.StructKind { fmt.Println(ind, "fields err", err)}; 
		if e := d.Validate(cue.Concrete(true)); e != nil { fmt.Println(ind, "validate:", errors.Errors(e)[0])}
		return }
		for it.Next() { show(it.Value(), it.Selector().String(), depth+1) }
	}
	
}

func main() {
	src, _ = os.ReadFile(os.Args[1])
	fsys := fstest.MapFS{
		"cue.mod/module.cue": {Data: []byte("module: \"thvctl.local/source@v0\"\nlanguage: version: \"v0.17.0\"\n")},
		"cue.mod/pkg/github.com/thvctl/thvctl/schema/a.cue": {Data: []byte("package schema\n#W: {name!: string, timeout: *\"10s\" | string, url?: string}\n")},
		"cue.mod/given/0.cue": {Data: src},
	}
	insts := load.Instances([]string{"/cue.mod/given/0.cue"}, &load.Config{FS: fsys, ModuleRoot: "/", Dir: "/", Env: []string{}, Tags: os.Args[2:], AcceptLegacyModules: true})
	for _, i := range insts {
		fmt.Println("inst err", i.Err, "files", len(i.Files), "ignored", len(i.IgnoredFiles), "res", i.ResolutionErr, "deps", i.DepsErrors)
		for _, e := range errors.Errors(i.Err) { fmt.Printf("   %T pos=%v inputs=%v %q\n", e, e.Position(), errors.Positions(e), errors.StringWithConfig(e, &errors.Config{OmitPath: true})) }
		ctx := cuecontext.New()
		v := ctx.BuildInstance(i)
		for _, e := range errors.Errors(v.Err()) { fmt.Printf("   build: %T pos=%v inputs=%v path %v %q\n", e, e.Position(), errors.Positions(e), e.Path(), errors.StringWithConfig(e, &errors.Config{OmitPath: true})) }
		show(v, "", 0)
		for _, e := range errors.Errors(v.Validate(cue.Concrete(true))) { fmt.Printf("   validate: path=%v pos=%v inputs=%v %q\n", e.Path(), e.Position(), errors.Positions(e), errors.StringWithConfig(e, &errors.Config{OmitPath: true})) }
	}
}
