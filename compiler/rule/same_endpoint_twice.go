package rule

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

var sameEndpointTwice = Rule{
	Rule:    diag.Rule{ID: "THV3007", Name: "same-endpoint-twice", Severity: diag.Warning},
	Summary: "two webhooks of one list have one URL",
	Doc: `Each request is then sent to one endpoint twice, which costs time and decides
nothing more. Mostly the second was copied from the first and its URL forgotten, so
another webhook is not asked at all.

URLs are compared as they are called: letter case of scheme and host, the default
port, an empty path and a fragment make no difference.`,
	Unit: func(p *Pass, docs []*model.Document) {
		for _, u := range units(p, docs) {
			for _, name := range []string{model.Validating, model.Mutating} {
				reportSameEndpoint(p, u.lists[name])
			}
		}
	},
}

func reportSameEndpoint(p *Pass, list []standing) {
	first := map[string]standing{}
	for _, s := range slices.SortedStableFunc(slices.Values(list), standing.compare) {
		called, ok := endpoint(s.webhook.URL)
		if !ok {
			continue
		}
		earlier, twice := first[called]
		if !twice {
			first[called] = s
			continue
		}
		p.Add(Finding{
			Document: s.document, Path: s.webhook.URL.Path,
			Message: "found the URL of " + describe(earlier.webhook) + " again, one endpoint would be asked twice; allowed is one webhook for each",
			Related: []diag.Related{{Span: earlier.document.Span(earlier.webhook.URL.Path), Message: "first here"}},
		})
	}
}

func describe(w model.Webhook) string {
	if !w.Name.Set {
		return "another webhook"
	}
	return "the webhook " + quote(w.Name.V)
}

// endpoint spells a URL so that two which are called alike are alike; ok is false
// where it is none.
func endpoint(address model.Value[string]) (called string, ok bool) {
	parsed, err := url.Parse(address.V)
	if !address.Set || err != nil {
		return "", false
	}
	parsed.Scheme, parsed.Host = strings.ToLower(parsed.Scheme), strings.ToLower(parsed.Host)
	host := strings.TrimSuffix(parsed.Host, ":"+parsed.Port())
	port, _ := strconv.Atoi(parsed.Port()) // THV2005 has the bad ones
	defaults := map[string]int{"https": 443, "http": 80}
	if port != 0 && port != defaults[parsed.Scheme] {
		host += ":" + strconv.Itoa(port)
	}
	parsed.Host = host
	parsed.Fragment, parsed.RawFragment = "", ""
	if parsed.Path == "" {
		parsed.Path = "/"
	}
	return parsed.String(), true
}
