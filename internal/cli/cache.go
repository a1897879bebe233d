package cli

import (
	"cmp"
	"fmt"
	"os"

	"github.com/thvctl/thvctl/internal/cache"
)

// openCache looks for results of other runs.
func (r *run) openCache() {
	folder := cmp.Or(r.flags.cache, r.env.CacheFolder)
	if !r.flags.remembers || r.flags.noCache || folder == "" {
		return
	}
	r.cache = cache.Open(folder, r.circumstances())
	r.options.Memory = r.cache
}

// circumstances is all that the verdict on a file depends on beside its text.
func (r *run) circumstances() string {
	o := r.options
	return fmt.Sprintf("%s\n%s\n%v\n%v\n%+v", version(), executable(), o.Check.Lowest, o.Syntax.Limits, o.Check.Rules.Settings)
}

// executable identifies this program, whose version may be one of many.
func executable() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	info, err := os.Stat(path)
	if err != nil {
		return path
	}
	return fmt.Sprint(path, info.Size(), info.ModTime().UnixNano())
}

// closeCache keeps the results for the next run. Where the user has named the folder, a
// failure is said; nothing depends on it.
func (r *run) closeCache() {
	if r.cache == nil {
		return
	}
	if err := r.cache.Close(); err != nil && r.flags.cache != "" {
		fmt.Fprintf(r.env.Stderr, "thvctl: nothing was kept in --cache: %s\n", printable(err.Error()))
	}
}
