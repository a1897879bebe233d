package rule

import (
	"fmt"
	"time"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

// headerTimeout is how long ToolHive up to v0.62 waits for the headers of an
// answer, whatever timeout is set.
const headerTimeout = 10 * time.Second

var timeoutIneffective = Rule{
	Rule:    diag.Rule{ID: "THV6002", Name: "timeout-ineffective", Severity: diag.Warning},
	Summary: "a timeout is over 10s, and ToolHive gives up after 10s",
	Doc: "ToolHive takes timeouts up to 30s, but up to v0.62 its client gives up when the\n" +
		"headers of the answer have not come after 10s. A webhook that decides slowly is\n" +
		"then treated as one that is down: by its failure policy.\n\n" +
		"Write at most `10s`, and make the webhook answer within that.",
	Document: func(p *Pass, d *model.Document) {
		webhooks(d, func(_ model.List, w model.Webhook) {
			if w.Timeout.Set && timeoutAllowed(w.Timeout.V) && w.Timeout.V.Duration > headerTimeout {
				p.Add(Finding{
					Document: d, Path: w.Timeout.Path,
					Message: fmt.Sprintf("found %s, and ToolHive up to v0.62 waits for an answer no longer than %s; effective are %s to %s", w.Timeout.V.Duration, headerTimeout, minTimeout, headerTimeout),
				})
			}
		})
	},
}
