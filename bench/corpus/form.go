package corpus

import (
	"encoding/json"
	"fmt"
	"strings"
)

// form is a way to write a configuration down.
type form struct {
	extension string
	render    func(config) string
}

var (
	webhookYAML = form{"yaml", renderWebhookYAML}
	webhookJSON = form{"json", renderWebhookJSON}
	kubernetes  = form{"yaml", renderKubernetes}
)

func renderWebhookYAML(c config) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Webhooks of the MCP servers of team %s.\n# Changes need a review by the platform team (%s).\n\n", c.team, c.ticket)
	for _, l := range c.lists() {
		fmt.Fprintf(&b, "%s:\n", l.name)
		for _, w := range l.webhooks {
			renderFileWebhook(&b, w)
		}
	}
	return b.String()
}

func renderFileWebhook(b *strings.Builder, w webhook) {
	w.head(b, "  ", "failure_policy")
	if w.ca || w.verify {
		b.WriteString("    tls_config:\n")
	}
	if w.ca {
		fmt.Fprintf(b, "      ca_bundle_path: /etc/toolhive/pki/%s/ca.crt\n", w.team)
	}
	if w.cert {
		fmt.Fprintf(b, "      client_cert_path: /etc/toolhive/pki/%s/tls.crt\n      client_key_path: /etc/toolhive/pki/%[1]s/tls.key\n", w.team)
	}
	if w.verify {
		b.WriteString("      insecure_skip_verify: false\n")
	}
	if w.hmac {
		fmt.Fprintf(b, "    hmac_secret_ref: %s_HMAC # rotated each quarter\n", strings.ToUpper(w.team))
	}
}

func renderKubernetes(c config) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Webhooks of the MCP servers of team %s (%s).\n", c.team, c.ticket)
	fmt.Fprintf(&b, "apiVersion: toolhive.stacklok.dev/v1alpha1\nkind: MCPWebhookConfig\nmetadata:\n  name: webhooks-%05d\n  namespace: %s\n", c.index, c.team)
	fmt.Fprintf(&b, "  labels:\n    app.kubernetes.io/part-of: %s\nspec:\n", c.team)
	for _, l := range c.lists() {
		fmt.Fprintf(&b, "  %s:\n", l.name)
		for _, w := range l.webhooks {
			renderObjectWebhook(&b, w)
		}
	}
	return b.String()
}

func renderObjectWebhook(b *strings.Builder, w webhook) {
	w.head(b, "    ", "failurePolicy")
	reference := func(indent, field, key string) {
		fmt.Fprintf(b, "%s%s:\n%s  name: %s-webhooks\n%s  key: %s\n", indent, field, indent, w.team, indent, key)
	}
	if w.ca || w.verify {
		b.WriteString("      tlsConfig:\n")
	}
	if w.ca {
		reference("        ", "caSecretRef", "ca.crt")
	}
	if w.cert {
		reference("        ", "clientCertSecretRef", "tls.crt")
		reference("        ", "clientKeySecretRef", "tls.key")
	}
	if w.verify {
		b.WriteString("        insecureSkipVerify: false\n")
	}
	if w.hmac {
		reference("      ", "hmacSecretRef", "hmac")
	}
}

// head writes what both dialects of YAML have in common.
func (w webhook) head(b *strings.Builder, indent, policy string) {
	if w.comment != "" {
		fmt.Fprintf(b, "%s# %s\n", indent, w.comment)
	}
	url := w.url
	if w.quoted {
		url = `"` + url + `"`
	}
	start := "- "
	for _, field := range [][2]string{{"name", w.name}, {"url", url}, {"timeout", w.timeout}, {policy, w.policy}} {
		if field[1] != "" {
			fmt.Fprintf(b, "%s%s%s: %s\n", indent, start, field[0], field[1])
			start = "  "
		}
	}
	if w.unknown != "" {
		fmt.Fprintf(b, "%s  %s: 3\n", indent, w.unknown)
	}
}

// fileWebhook is a webhook in a JSON webhook file.
type fileWebhook struct {
	Name          string         `json:"name,omitempty"`
	URL           string         `json:"url"`
	Timeout       string         `json:"timeout,omitempty"`
	FailurePolicy string         `json:"failure_policy"`
	TLSConfig     map[string]any `json:"tls_config,omitempty"`
	HMACSecretRef string         `json:"hmac_secret_ref,omitempty"`
	Retries       int            `json:"retries,omitempty"`
}

func renderWebhookJSON(c config) string {
	document := struct {
		Validating []fileWebhook `json:"validating"`
		Mutating   []fileWebhook `json:"mutating"`
	}{jsonList(c.validating), jsonList(c.mutating)}
	data, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		panic(err) // texts and booleans
	}
	return string(data) + "\n"
}

func jsonList(list []webhook) []fileWebhook {
	var out []fileWebhook
	for _, w := range list {
		f := fileWebhook{Name: w.name, URL: w.url, Timeout: w.timeout, FailurePolicy: w.policy, TLSConfig: map[string]any{}}
		if w.ca {
			f.TLSConfig["ca_bundle_path"] = "/etc/toolhive/pki/" + w.team + "/ca.crt"
		}
		if w.cert {
			f.TLSConfig["client_cert_path"] = "/etc/toolhive/pki/" + w.team + "/tls.crt"
			f.TLSConfig["client_key_path"] = "/etc/toolhive/pki/" + w.team + "/tls.key"
		}
		if w.verify {
			f.TLSConfig["insecure_skip_verify"] = false
		}
		if w.hmac {
			f.HMACSecretRef = strings.ToUpper(w.team) + "_HMAC"
		}
		if w.unknown != "" {
			f.Retries = 3
		}
		out = append(out, f)
	}
	return out
}

// lists are the two lists of a configuration in the order in which they are written.
func (c config) lists() []struct {
	name     string
	webhooks []webhook
} {
	return []struct {
		name     string
		webhooks []webhook
	}{{"validating", c.validating}, {"mutating", c.mutating}}
}
