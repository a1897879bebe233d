package token

import (
	"math"
	"regexp"
	"strings"
	"sync"
)

// shape is what tokens of one kind look like.
type shape struct {
	// ID is the identifier in the rule set that the shape comes from.
	ID string
	// Name is what people call it, with its article.
	Name string
	// Keywords are texts in lower case of which a token has at least one.
	Keywords []string
	// Pattern is a regular expression.
	Pattern string
	// Entropy is what a token has more of, in bits a character; 0 asks for none.
	Entropy float64
	// SecretGroup is the group of Pattern that is the token; 0 is all of it.
	SecretGroup int
}

// own are the shapes that gitleaks lacks or has too narrow, each with its source.
var own = [...]shape{
	// id.atlassian.com: API tokens since 2023 begin with ATATT3.
	{ID: "atlassian-api-token", Name: "an Atlassian API token", Keywords: []string{"atatt3"}, Pattern: `ATATT3[A-Za-z0-9_=-]{60,}`, Entropy: 3.5},
	// support.claude.com: claude setup-token prints OAuth tokens that begin so. The
	// rest is as that of the keys of the API.
	{ID: "anthropic-oauth-token", Name: "an Anthropic OAuth token", Keywords: []string{"sk-ant-oat01-"}, Pattern: `sk-ant-oat01-[\w-]{80,}`, Entropy: 3.5},
	// AWS IAM user guide, "IAM identifiers", unique ID prefixes; its examples too.
	{ID: "aws-access-key-id", Name: "an AWS access key ID", Keywords: []string{"a3t", "akia", "asia", "abia", "acca"}, Pattern: `\b(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b`, Entropy: 2.5},
	// The secret that goes with these examples; others have no shape.
	{ID: "aws-example-secret", Name: "an AWS secret access key", Keywords: []string{"wjalrxutnfemi"}, Pattern: `wJalrXUtnFEMI[A-Za-z0-9/+]{20,}`},
	// docs.docker.com, personal access tokens: dckr_pat_ and 27 characters.
	{ID: "docker-hub-pat", Name: "a Docker Hub personal access token", Keywords: []string{"dckr_pat_"}, Pattern: `dckr_pat_[\w-]{27}`, Entropy: 3},
	// developers.figma.com, personal access tokens: figd_ and 40 characters.
	{ID: "figma-pat", Name: "a Figma personal access token", Keywords: []string{"figd_"}, Pattern: `figd_[\w-]{40}`, Entropy: 3},
	// developers.google.com/identity, the tokens and client secrets of its examples.
	{ID: "google-oauth-access-token", Name: "a Google OAuth access token", Keywords: []string{"ya29."}, Pattern: `\bya29\.[\w-]{20,}`, Entropy: 3},
	{ID: "google-oauth-client-secret", Name: "a Google OAuth client secret", Keywords: []string{"gocspx-"}, Pattern: `GOCSPX-[\w-]{28}`, Entropy: 3},
	// console.groq.com/docs: keys begin with gsk_; TruffleHog's detector: 52 more.
	{ID: "groq-api-key", Name: "a Groq API key", Keywords: []string{"gsk_"}, Pattern: `\bgsk_[A-Za-z0-9]{52}`, Entropy: 3.5},
	// RFC 7515 and RFC 7516, compact: the header is a JSON object, and two to four
	// parts follow, of which the last ones may be empty.
	{ID: "jwt", Name: "a JSON Web Token", Keywords: []string{"eyj"}, Pattern: `\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,3}`, Entropy: 3},
	// docs.langchain.com: personal and service keys begin so; TruffleHog's detector:
	// 32 and 10 hexadecimal digits.
	{ID: "langsmith-api-key", Name: "a LangSmith API key", Keywords: []string{"lsv2_pt_", "lsv2_sk_"}, Pattern: `lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}`, Entropy: 3},
	// docs.newrelic.com: user keys begin with NRAK.
	{ID: "new-relic-user-key", Name: "a New Relic user key", Keywords: []string{"nrak-"}, Pattern: `NRAK-[A-Z0-9]{27}`, Entropy: 3},
	// openrouter.ai/docs: keys begin with sk-or-v1-; those issued have 64 hexadecimal
	// digits.
	{ID: "openrouter-api-key", Name: "an OpenRouter API key", Keywords: []string{"sk-or-v1-"}, Pattern: `sk-or-v1-[a-f0-9]{64}`, Entropy: 3},
	// replicate.com/docs: tokens begin with r8_; TruffleHog's detector: 37 more.
	{ID: "replicate-api-token", Name: "a Replicate API token", Keywords: []string{"r8_"}, Pattern: `\br8_[\w-]{37}`, Entropy: 3.5},
	// Sourcegraph's documentation: sgp_, an instance, 40 hexadecimal digits.
	{ID: "sourcegraph-access-token", Name: "a Sourcegraph access token", Keywords: []string{"sgp_"}, Pattern: `(?i)sgp_(?:(?:[a-f0-9]{16}|local)_)?[a-f0-9]{40}`, Entropy: 3},
	// Standard Webhooks: whsec_ or whsk_ and the base64 of 24 to 64 bytes.
	{ID: "standard-webhooks-secret", Name: "the secret of a webhook", Keywords: []string{"whsec_", "whsk_"}, Pattern: `whs(?:ec|k)_[A-Za-z0-9+/_-]{32,}={0,2}`, Entropy: 3},
	// tailscale.com/docs/reference/key-prefixes: the kinds, and an ID before the secret.
	{ID: "tailscale-key", Name: "a Tailscale key", Keywords: []string{"tskey-"}, Pattern: `tskey-(?:api|auth|client|scim|webhook)-[A-Za-z0-9]{8,}-[A-Za-z0-9]{16,}`, Entropy: 3},
	// docs.tavily.com: keys begin with tvly-, of which some name an environment; those
	// issued have 32 characters more.
	{ID: "tavily-api-key", Name: "a Tavily API key", Keywords: []string{"tvly-"}, Pattern: `tvly-(?:dev-|prod-)?[A-Za-z0-9]{32}`, Entropy: 3},
	// Vault since 1.10: hvs. and at least 90 characters, fewer in dev mode.
	{ID: "vault-service-token", Name: "a Vault service token", Keywords: []string{"hvs."}, Pattern: `\bhvs\.[\w-]{24,}`, Entropy: 3.5},
	// docs.x.ai: keys begin with xai-; TruffleHog's detector: 80 more.
	{ID: "xai-api-key", Name: "an xAI API key", Keywords: []string{"xai-"}, Pattern: `\bxai-\w{80}`, Entropy: 3.5},
}

// lazy is a pattern that is compiled when a text first has a keyword of it:
// compiling all would cost more than most runs.
type lazy struct {
	once    sync.Once
	pattern *regexp.Regexp
}

var patterns [len(generated) + len(own)]lazy

// shapeOf returns a shape by its number: first the generated ones, then ours.
func shapeOf(i int) *shape {
	if i < len(generated) {
		return &generated[i]
	}
	return &own[i-len(generated)]
}

// matches returns the half-open byte ranges of the tokens of a shape in a word.
func matches(i int, word string) [][2]int {
	shape, lazy := shapeOf(i), &patterns[i]
	lazy.once.Do(func() { lazy.pattern = regexp.MustCompile(shape.Pattern) })
	var spans [][2]int
	for _, m := range lazy.pattern.FindAllStringSubmatchIndex(word, -1) {
		span := [2]int(m[2*shape.SecretGroup:])
		text := word[span[0]:span[1]]
		if (shape.Entropy == 0 || entropy(text) > shape.Entropy) && !isName(shape.withoutKeyword(text)) {
			spans = append(spans, span)
		}
	}
	return spans
}

func (s *shape) withoutKeyword(text string) string {
	for _, k := range s.Keywords {
		if hasPrefix(text, k) {
			return text[len(k):]
		}
	}
	return text
}

// isName reports whether a text is one of words: who names a secret after the
// token in it makes a text of the shape, such as glpat-for-the-webhook-reader. A
// token has two words and no capital once in ten thousand.
func isName(text string) bool {
	words := 0
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("-_./", r) }) {
		if isWord(part) {
			words++
		}
	}
	return words >= 2 && text == strings.ToLower(text)
}

// isWord reports whether a text is of three or more small letters.
func isWord(text string) bool {
	return len(text) >= 3 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz") == ""
}

// entropy is Shannon's, of the bytes of a text, in bits a byte.
func entropy(text string) float64 {
	var counts [256]int
	for i := range len(text) {
		counts[text[i]]++
	}
	sum := 0.0
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(text))
			sum -= p * math.Log2(p)
		}
	}
	return sum
}
