package cli_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestDocuments runs every command of thvctl that a document shows. Each block of
// a document has a copy of examples/ to itself, which is a repository, and its
// commands run in their order. In a console block, what a command prints is compared with what
// stands below it; elsewhere it must only not be wrong usage.
func TestDocuments(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, "../../README.md", "../../CONTRIBUTING.md") {
		t.Run(filepath.Base(page), func(t *testing.T) {
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			folders := map[int]string{}
			for _, c := range shownCommands(string(text)) {
				if folders[c.block] == "" {
					folders[c.block] = examples(t)
				}
				c.run(t, folders[c.block])
			}
			checkInline(t, string(text))
		})
	}
}

// examples returns a copy of the examples.
func examples(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("../../examples")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(folder, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestReadmeShows refuses a README whose commands nobody would find.
func TestReadmeShows(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, c := range shownCommands(string(text)) {
		if c.compared {
			compared++
		}
	}
	if compared < 10 {
		t.Errorf("found %d commands with their output", compared)
	}
}

// shown is a command of thvctl in a document.
type shown struct {
	arguments string
	block     int
	// want is what it prints, where compared says so.
	want     string
	compared bool
}

// anyCommand matches a line that is a command: of a shell, of a YAML list of them,
// or after a prompt.
var anyCommand = regexp.MustCompile(`^ *(?:- |exec |run: )?thvctl ([a-z].*)$`)

// shownCommands returns the commands of a document in their order.
func shownCommands(text string) []shown {
	var all []shown
	block := "" // the language of the block at hand
	inside, count := false, 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if language, fence := strings.CutPrefix(strings.TrimSpace(line), "```"); fence {
			inside, block = !inside, language
			count++
			continue
		}
		if inside && block == "console" {
			if arguments, prompt := strings.CutPrefix(line, "$ thvctl "); prompt {
				all = append(all, shown{arguments: arguments, block: count, compared: true})
			} else if len(all) > 0 {
				all[len(all)-1].want += line + "\n"
			}
			continue
		}
		if m := anyCommand.FindStringSubmatch(line); m != nil && (inside || strings.HasPrefix(line, "    ")) {
			all = append(all, shown{arguments: m[1], block: count})
		}
	}
	return all
}

var shellRest = regexp.MustCompile(` (\||>|&&|# ).*$`)

func (c shown) run(t *testing.T, folder string) {
	t.Helper()
	arguments := strings.Fields(shellRest.ReplaceAllString(c.arguments, ""))
	command := exec.Command("thvctl", arguments...)
	command.Dir = folder
	got, err := command.CombinedOutput()
	code := 0
	if failed, exited := errors.AsType[*exec.ExitError](err); exited {
		code = failed.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	switch {
	case c.compared && !elided(strings.TrimSuffix(c.want, "\n")).Match(got):
		t.Errorf("thvctl %s prints\n%s\nand the document has\n%s", c.arguments, got, c.want)
	case !c.compared && code > 1 && !slices.Contains(arguments, "-"):
		t.Errorf("thvctl %s ends with %d\n%s", c.arguments, code, got)
	}
}

var inlineCommand = regexp.MustCompile("`thvctl ([a-z]+)([^`]*)`")

var flagWord = regexp.MustCompile(`^--[a-z-]+|^-[a-z]$`)

// checkInline looks for commands and flags in running text that are not there.
func checkInline(t *testing.T, text string) {
	t.Helper()
	for _, m := range inlineCommand.FindAllStringSubmatch(text, -1) {
		help, err := exec.Command("thvctl", "help", m[1]).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %s", m[0], help)
			continue
		}
		for _, word := range strings.Fields(m[2]) {
			if flag := flagWord.FindString(word); flag != "" && !strings.Contains(string(help), flag) {
				t.Errorf("%s: there is no %s", m[0], flag)
			}
		}
	}
}

// elided matches a text in which a line "…" stands for any number of lines.
func elided(text string) *regexp.Regexp {
	pattern := regexp.QuoteMeta("\n" + text + "\n")
	pattern = strings.ReplaceAll(pattern, "\n…\n", "\n(?s:.*\n)?")
	return regexp.MustCompile("^" + strings.TrimPrefix(pattern, "\n") + "$")
}
