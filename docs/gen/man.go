package main

import (
	"bytes"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/thvctl/thvctl/internal/cli"
)

// manDate is the month in the footer of the manual pages. They must not change
// with the day on which they are generated.
var manDate = time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)

// manPages returns the manual pages of all commands, by file name.
func manPages() (map[string]string, error) {
	root := cli.Command(cli.Environment{})
	root.DisableAutoGenTag = true
	pages := map[string]string{}
	return pages, addManPages(pages, root)
}

func addManPages(pages map[string]string, c *cobra.Command) error {
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() && !sub.IsAdditionalHelpTopicCommand() {
			if err := addManPages(pages, sub); err != nil {
				return err
			}
		}
	}
	c.DisableAutoGenTag = true
	var page bytes.Buffer
	header := &doc.GenManHeader{Section: "1", Date: &manDate, Source: "thvctl", Manual: "thvctl manual"}
	if err := doc.GenMan(c, header, &page); err != nil {
		return err
	}
	pages[strings.ReplaceAll(c.CommandPath(), " ", "-")+".1"] = page.String()
	return nil
}
