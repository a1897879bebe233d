// Package corpus makes webhook configurations that look like those of a company and are
// the same on every machine: what the benchmarks read. The same seed gives the same
// bytes, and a file is the same in a corpus of any size.
package corpus

import (
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"strings"
)

// Options say what the documents are. The zero value makes them free of errors.
type Options struct {
	// Seed is where the random numbers start.
	Seed uint64
	// Faulty is the share of files, or of documents in one file, that have one error
	// each: 0 to 1.
	Faulty float64
}

// File is one file of a corpus.
type File struct {
	// Name is the path in the corpus, with slashes. No folder holds more than 100 files.
	Name string
	Data []byte
	// Faulty says that the file has an error.
	Faulty bool
}

const folderSize = 100

// perList is how many webhooks each of the two lists of a configuration has.
const perList = 2

// Kubernetes returns files of one MCPWebhookConfig each, of 2 + 2 webhooks, in YAML: a
// form that every peer can check.
func (o Options) Kubernetes(count int) iter.Seq[File] {
	return o.files(count, func(*rand.Rand) form { return kubernetes })
}

// Mixed returns files of 2 + 2 webhooks in the proportions of a repository that ToolHive
// is configured from: of 20 files 15 are webhook files in YAML, 4 MCPWebhookConfigs and
// one a webhook file in JSON.
func (o Options) Mixed(count int) iter.Seq[File] {
	return o.files(count, func(r *rand.Rand) form {
		switch n := r.IntN(20); {
		case n < 15:
			return webhookYAML
		case n < 19:
			return kubernetes
		default:
			return webhookJSON
		}
	})
}

func (o Options) files(count int, choose func(*rand.Rand) form) iter.Seq[File] {
	return func(yield func(File) bool) {
		for i := range count {
			r := o.random(i)
			f := choose(r)
			c := o.config(r, i, perList)
			file := File{Name: fmt.Sprintf("%03d/webhooks-%05d.%s", i/folderSize, i, f.extension), Faulty: c.faulty}
			file.Data = []byte(f.render(c))
			if !yield(file) {
				return
			}
		}
	}
}

// Documents writes one YAML file of count MCPWebhookConfigs, each with another name.
func (o Options) Documents(w io.Writer, count int) error {
	for i := range count {
		text := kubernetes.render(o.config(o.random(i), i, perList))
		if i > 0 {
			text = "---\n" + text
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	return nil
}

// Webhooks writes one webhook file in YAML whose one document has count webhooks, half
// of them in each list.
func (o Options) Webhooks(w io.Writer, count int) error {
	_, err := io.WriteString(w, webhookYAML.render(o.config(o.random(0), 0, count/2)))
	return err
}

// Project returns a project file that binds every secret of the corpora, so that each
// configuration can be compiled to both forms.
func Project() []byte {
	var b strings.Builder
	b.WriteString("secrets:\n  bind:\n")
	for _, team := range teams {
		fmt.Fprintf(&b, "    - {secret: {name: %s-webhooks, key: hmac}, name: %s_HMAC}\n", team, strings.ToUpper(team))
		for _, file := range []string{"ca.crt", "tls.crt", "tls.key"} {
			fmt.Fprintf(&b, "    - {secret: {name: %s-webhooks, key: %s}, path: /etc/toolhive/pki/%s/%s}\n", team, file, team, file)
		}
	}
	return []byte(b.String())
}

// random returns the numbers for one configuration, which do not depend on how many
// stand before it.
func (o Options) random(index int) *rand.Rand {
	return rand.New(rand.NewPCG(o.Seed, uint64(index)))
}

// config is one configuration before it is written down.
type config struct {
	index                int
	team, ticket         string
	validating, mutating []webhook
	faulty               bool
}

// webhook is one of its webhooks.
type webhook struct {
	name, url, policy string
	timeout           string // empty: the default
	team              string // whose secrets it uses
	ca, cert, hmac    bool
	verify            bool // insecure-skip-verify is spelled out, as false
	quoted            bool // the URL is quoted
	comment           string
	unknown           string // a key that is in no schema
}

var teams = []string{"atlas", "billing", "catalog", "delivery", "identity", "ledger", "platform", "search"}

var purposes = []struct{ name, comment string }{
	{"policy-check", "Open Policy Agent decides, see the runbook."},
	{"pii-filter", "Takes personal data out before a tool sees it."},
	{"audit-log", "Keeps a copy for 90 days."},
	{"rate-guard", "Counts calls of one user in one minute."},
	{"tenant-header", "Adds the tenant, which the tools cannot know."},
	{"prompt-shield", "Looks for instructions in the arguments of tools."},
	{"cost-limit", "Refuses what would exceed this month's budget."},
	{"schema-guard", "Arguments have to match what the tool has published."},
}

func (o Options) config(r *rand.Rand, index, perList int) config {
	c := config{index: index, team: pick(r, teams), ticket: fmt.Sprintf("MCP-%d", 100+r.IntN(9000))}
	c.validating = list(r, c.team, "validate", perList)
	c.mutating = list(r, c.team, "mutate", perList)
	if r.Float64() < o.Faulty {
		c.faulty = true
		pick(r, faults)(&c)
	}
	return c
}

// faults are the errors of faulty documents.
var faults = []func(*config){
	func(c *config) { c.validating[0].url = strings.Replace(c.validating[0].url, "https:", "http:", 1) },
	func(c *config) { c.mutating[0].timeout = "45s" },
	func(c *config) { c.validating[1].name = c.validating[0].name },
	func(c *config) { c.mutating[1].policy = "Fail" },
	func(c *config) { c.validating[0].unknown = "retries" },
	func(c *config) { c.mutating[0].name = "" },
}

func list(r *rand.Rand, team, verb string, count int) []webhook {
	out := make([]webhook, count)
	first := r.IntN(len(purposes))
	for i := range out {
		purpose := purposes[(first+i)%len(purposes)]
		w := webhook{name: purpose.name, team: team, policy: pick(r, []string{"fail", "fail", "ignore"})}
		if i >= len(purposes) {
			w.name = fmt.Sprintf("%s-%d", purpose.name, i)
		}
		port := pick(r, []string{"", "", ":8443"})
		w.url = fmt.Sprintf("https://%s.%s.example.com%s/v1/%s", w.name, team, port, verb)
		if r.IntN(5) > 0 {
			w.timeout = fmt.Sprintf("%ds", 1+r.IntN(9))
		}
		tls := r.IntN(10)
		w.ca, w.cert, w.verify = tls < 5, tls < 2, tls == 9
		w.hmac, w.quoted = r.IntN(2) == 0, r.IntN(3) == 0
		if r.IntN(3) == 0 {
			w.comment = purpose.comment
		}
		out[i] = w
	}
	return out
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }
