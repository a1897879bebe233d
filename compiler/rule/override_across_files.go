package rule

import (
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

var overrideAcrossFiles = Rule{
	Rule:    diag.Rule{ID: "THV3002", Name: "override-across-files", Severity: diag.Error},
	Summary: "with --merge, a webhook name stands in two webhook files",
	Doc: "ToolHive lets a later `--webhook-config` file replace a webhook of an earlier\n" +
		"one by name. That is how a base file is adapted, and also how a policy is lost.\n" +
		"With `--merge` it is an error.\n\n" +
		"`--allow-override` turns it into a warning, and takes the later webhook as\n" +
		"ToolHive does. It stays an error where the later webhook is weaker: its failure\n" +
		"policy goes from fail to ignore, its URL from https to http, or its signature is\n" +
		"dropped.",
	Inputs: func(p *Pass, docs []*model.Document) {
		if !p.Options.Merge {
			return
		}
		for _, name := range []string{model.Validating, model.Mutating} {
			reportOverrides(p, docs, name)
		}
	},
}

func reportOverrides(p *Pass, docs []*model.Document, list string) {
	last := map[string]standing{}
	for _, d := range docs {
		if d.Kind != model.WebhookFile {
			continue
		}
		for _, w := range d.List(list).Webhooks {
			if !w.Name.Set {
				continue
			}
			if earlier, twice := last[w.Name.V]; twice && earlier.document != d {
				reportOverride(p, earlier, newStanding(d, w))
			}
			last[w.Name.V] = newStanding(d, w)
		}
	}
}

func reportOverride(p *Pass, earlier, later standing) {
	f := Finding{
		Document: later.document, Path: later.webhook.Name.Path,
		Message: "found " + quote(later.webhook.Name.V) + " in two files, the later replaces the earlier",
		Related: []diag.Related{{Span: earlier.document.Span(earlier.webhook.Name.Path), Message: "replaces this one"}},
	}
	weaker := weakenings(earlier.webhook, later.webhook)
	switch {
	case len(weaker) > 0:
		f.Message += " and is weaker: " + strings.Join(weaker, ", ")
	case p.Options.AllowOverride:
		f.Severity = diag.Warning
	default:
		f.Message += " (allowed with --allow-override)"
	}
	p.Add(f)
}

// weakenings says in what the later webhook protects less than the earlier.
func weakenings(earlier, later model.Webhook) []string {
	var weaker []string
	if earlier.FailurePolicy.V == "fail" && later.FailurePolicy.V == "ignore" {
		weaker = append(weaker, "its failure policy goes from fail to ignore")
	}
	if isHTTPS(earlier.URL) && later.URL.Set && !isHTTPS(later.URL) {
		weaker = append(weaker, "its URL goes from https to http")
	}
	if earlier.HMAC.IsSet() && !later.HMAC.IsSet() {
		weaker = append(weaker, "its signature is dropped")
	}
	return weaker
}

func isHTTPS(url model.Value[string]) bool {
	return url.Set && len(url.V) >= len("https:") && strings.EqualFold(url.V[:len("https:")], "https:")
}
