package cli

import (
	_ "embed" // for the templates
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
)

// The templates of thvctl init. VERSION stands for the version of this build.
var (
	//go:embed init/thvctl.yaml
	projectTemplate string
	//go:embed init/pre-commit-config.yaml
	preCommitTemplate string
	//go:embed init/github.yaml
	githubTemplate string
	//go:embed init/gitlab-ci.yml
	gitlabTemplate string
)

const gitlabFile = ".gitlab-ci.yml"

func initCommand(env Environment) *cobra.Command {
	var ci string
	c := &cobra.Command{
		Use:   "init",
		Short: "Write a project file, a pre-commit entry and a CI job",
		Long: `Write thvctl.yaml, .pre-commit-config.yaml and a CI job into the repository around
the working directory, or into the working directory where there is none. What is
there stays as it is; what would have been written is printed instead.`,
		Example: "  thvctl init\n  thvctl init --ci gitlab",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return initialise(env, ci)
		},
	}
	c.Flags().StringVar(&ci, "ci", "", "github, gitlab or none (default: gitlab where .gitlab-ci.yml is, otherwise github)")
	return c
}

func initialise(env Environment, ci string) error {
	folder, err := os.Getwd()
	if err != nil {
		return err
	}
	if root := repositoryRoot(folder); root != "" {
		folder = root
	}
	templates, err := templatesFor(folder, ci)
	if err != nil {
		return err
	}
	for _, t := range templates {
		if err := t.place(env, folder); err != nil {
			return err
		}
	}
	fmt.Fprintln(env.Stdout, "next: thvctl lint .")
	return nil
}

// template is a file that init offers. One that is whole belongs to thvctl alone;
// the others are shared, and what is missing in them can be added.
type template struct {
	path, text string
	whole      bool
}

func templatesFor(folder, ci string) ([]template, error) {
	if ci == "" {
		ci = "github"
		if _, err := os.Stat(filepath.Join(folder, gitlabFile)); err == nil {
			ci = "gitlab"
		}
	}
	templates := []template{{projectFile, projectTemplate, true}, {".pre-commit-config.yaml", preCommitTemplate, false}}
	switch ci {
	case "github":
		return append(templates, template{".github/workflows/thvctl.yaml", githubTemplate, true}), nil
	case "gitlab":
		return append(templates, template{gitlabFile, gitlabTemplate, false}), nil
	case "none":
		return templates, nil
	}
	return nil, fmt.Errorf("--ci is %q, allowed are github, gitlab and none", ci)
}

// place writes the file, or prints what it would hold where there is one.
func (t template) place(env Environment, folder string) error {
	path := filepath.Join(folder, filepath.FromSlash(t.path))
	text := strings.ReplaceAll(t.text, "VERSION", reference())
	there, err := os.ReadFile(path)
	switch {
	case err == nil && (t.whole || strings.Contains(string(there), "thvctl/thvctl")):
		_, err = fmt.Fprintf(env.Stdout, "%s is there, it stays as it is\n", t.path)
		return err
	case err == nil:
		_, err = fmt.Fprintf(env.Stdout, "%s is there, it stays as it is; add to it:\n\n%s\n", t.path, indented(text))
		return err
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := writeFiles([]file{{path, []byte(text)}}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "wrote %s\n", t.path)
	return err
}

func indented(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ")
}

// reference is what git and Go know this version by.
func reference() string {
	if v := version(); tag.MatchString(v) {
		return v
	}
	return "main"
}

// tag matches the versions that are tags, as opposed to those that Go makes up
// for a commit.
var tag = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+(-(alpha|beta|rc)[.0-9]*)?$`)
