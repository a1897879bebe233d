// Command thvctl checks ToolHive webhook configurations and compiles them.
package main

import (
	"os"

	"github.com/thvctl/thvctl/internal/cli"
)

func main() {
	os.Exit(cli.Main(cli.System()))
}
