package main

import "strings"

// names are those that the words of an identifier do not make.
var names = map[string]string{
	"1password-secret-key":                        "a 1Password secret key",
	"aws-amazon-bedrock-api-key-long-lived":       "a long-lived API key of Amazon Bedrock",
	"aws-amazon-bedrock-api-key-short-lived":      "a short-lived API key of Amazon Bedrock",
	"azure-ad-client-secret":                      "a client secret of Microsoft Entra ID",
	"digitalocean-pat":                            "a DigitalOcean personal access token",
	"github-pat":                                  "a GitHub personal access token",
	"github-fine-grained-pat":                     "a fine-grained GitHub personal access token",
	"github-oauth":                                "a GitHub OAuth access token",
	"gitlab-pat":                                  "a GitLab personal access token",
	"gitlab-pat-routable":                         "a routable GitLab personal access token",
	"gitlab-ptt":                                  "a GitLab pipeline trigger token",
	"gitlab-rrt":                                  "a GitLab runner registration token",
	"gitlab-runner-authentication-token-routable": "a routable GitLab runner authentication token",
	"heroku-api-key-v2":                           "a Heroku API key",
	"npm-access-token":                            "an npm access token",
	"octopus-deploy-api-key":                      "an Octopus Deploy API key",
	"jwt-base64":                                  "a JWT in base64",
	"slack-webhook-url":                           "the URL of a Slack webhook",
	"microsoft-teams-webhook":                     "the URL of a Microsoft Teams webhook",
}

// words are spelt as their owners do.
var words = map[string]string{
	"1password": "1Password", "adobe": "Adobe", "alibaba": "Alibaba Cloud", "anthropic": "Anthropic", "api": "API",
	"artifactory": "Artifactory", "authress": "Authress", "cicd": "CI/CD", "clickhouse": "ClickHouse", "clojars": "Clojars",
	"cloud": "Cloud", "cloudflare": "Cloudflare", "databricks": "Databricks", "digitalocean": "DigitalOcean", "doppler": "Doppler",
	"duffel": "Duffel", "dynatrace": "Dynatrace", "easypost": "EasyPost", "facebook": "Facebook", "flutterwave": "Flutterwave",
	"flyio": "Fly.io", "frameio": "Frame.io", "gcp": "Google Cloud", "github": "GitHub", "gitlab": "GitLab", "grafana": "Grafana",
	"harness": "Harness", "hashicorp": "HashiCorp", "huggingface": "Hugging Face", "id": "ID", "infracost": "Infracost",
	"intra42": "42 intra", "kubernetes": "Kubernetes", "linear": "Linear", "maxmind": "MaxMind", "notion": "Notion",
	"oauth": "OAuth", "openai": "OpenAI", "openshift": "OpenShift", "perplexity": "Perplexity",
	"planetscale": "PlanetScale", "postman": "Postman", "prefect": "Prefect", "pulumi": "Pulumi", "pypi": "PyPI",
	"readme": "ReadMe", "rubygems": "RubyGems", "scalingo": "Scalingo", "scim": "SCIM", "sendgrid": "SendGrid",
	"sendinblue": "Sendinblue", "sentry": "Sentry", "settlemint": "SettleMint", "shippo": "Shippo", "shopify": "Shopify",
	"slack": "Slack", "square": "Square", "stripe": "Stripe", "tf": "Terraform", "twilio": "Twilio", "vault": "Vault",
	"ca": "CA", "org": "organization",
}

// name makes a name for people of the identifier of a rule.
func name(id string) string {
	if special, ok := names[id]; ok {
		return special
	}
	parts := strings.Split(id, "-")
	for i, part := range parts {
		if spelt, ok := words[part]; ok {
			parts[i] = spelt
		}
	}
	text := strings.Join(parts, " ")
	if strings.ContainsAny(text[:1], "aeioAEIO") {
		return "an " + text
	}
	return "a " + text
}
