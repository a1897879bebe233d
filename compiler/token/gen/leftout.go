package main

// assignment is the part of a pattern that finds the operator between a name and
// its secret. Such a rule knows the name and not the secret, which is any text of
// some length; in a document the name is a key, and keys are looked at elsewhere.
// Rules that have it, or that hold for files of one name, are left out.
const assignment = `(?:=|>|:{1,3}=`

// leftOut returns the other rules that are left out, each with the reason.
func leftOut() map[string]string {
	return map[string]string{
		"airtable-personnal-access-token": "its keyword is the name of the product, which stands beside the token and not in it",
		"aws-access-token":                "ours also takes the keys of the documentation, which have digits that no other key has",
		"curl-auth-header":                "matches a command line; the header's value has a shape of ours",
		"curl-auth-user":                  "matches a command line",
		"facebook-access-token":           "its keyword is the name of the product, which stands beside the token and not in it",
		"flutterwave-public-key":          "is public",
		"jwt":                             "needs white space or a quote behind it, and its keyword is in every \"key\"; ours needs neither",
		"private-key":                     "needs a body of some length; ours takes any PEM block",
		"sidekiq-sensitive-url":           "is the user info of a URL, which has a rule of its own",
		"sourcegraph-access-token":        "matches every git commit; ours needs the prefix",
		"vault-service-token":             "matches host names such as s.<24 letters>; ours needs the prefix of Vault 1.10 and later",
	}
}
