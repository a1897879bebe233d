package cli

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// release is the version of a release build, set by the linker.
var release = ""

// version returns the version of this build: that of the release, or of the
// module that it was installed from, or "devel".
func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}

func versionCommand(env Environment) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			switch format {
			case "":
				_, err := fmt.Fprintf(env.Stdout, "thvctl %s (%s, %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
				return err
			case "json":
				encoder := json.NewEncoder(env.Stdout)
				encoder.SetIndent("", "  ")
				return encoder.Encode(map[string]string{
					"version": version(), "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH,
				})
			}
			return fmt.Errorf("-o is %q, allowed is json", format)
		},
	}
	c.Flags().StringVarP(&format, "output", "o", "", "json for a program to read")
	return c
}
