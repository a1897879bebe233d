# What the schema of an MCPWebhookConfig demands, as far as a policy of this size does.
package main

webhooks contains {"list": list, "index": i, "value": w} if {
	some list in ["validating", "mutating"]
	some i, w in input.spec[list]
}

seconds(text) := time.parse_duration_ns(text) / 1000000000

deny contains "no webhooks" if count(webhooks) == 0

deny contains sprintf("%s[%d]: no name", [w.list, w.index]) if {
	some w in webhooks
	not w.value.name
}

deny contains sprintf("%s[%d]: the name %q", [w.list, w.index, w.value.name]) if {
	some w in webhooks
	not regex.match(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$`, w.value.name)
}

deny contains sprintf("%s[%d]: not https", [w.list, w.index]) if {
	some w in webhooks
	not regex.match(`^https://[^/?#@ ]+(/|$)`, w.value.url)
}

deny contains sprintf("%s[%d]: the timeout %s", [w.list, w.index, w.value.timeout]) if {
	some w in webhooks
	not in_range(w.value.timeout)
}

in_range(timeout) if {
	seconds(timeout) >= 1
	seconds(timeout) <= 30
}

deny contains sprintf("%s[%d]: the failure policy %s", [w.list, w.index, w.value.failurePolicy]) if {
	some w in webhooks
	not w.value.failurePolicy in {"fail", "ignore"}
}

deny contains sprintf("%s[%d]: unknown field %s", [w.list, w.index, field]) if {
	some w in webhooks
	some field, _ in w.value
	not field in {"name", "url", "timeout", "failurePolicy", "tlsConfig", "hmacSecretRef"}
}

deny contains sprintf("%s[%d]: half a client certificate", [w.list, w.index]) if {
	some w in webhooks
	some one, other in {"clientCertSecretRef": "clientKeySecretRef", "clientKeySecretRef": "clientCertSecretRef"}
	w.value.tlsConfig[one]
	not w.value.tlsConfig[other]
}

deny contains sprintf("%s: the name %s twice", [a.list, a.value.name]) if {
	some a in webhooks
	some b in webhooks
	a.list == b.list
	a.index < b.index
	a.value.name == b.value.name
}
