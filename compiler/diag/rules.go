package diag

// The rules of the families 1xxx (reading) and 2xxx (schema), which the stages
// syntax and check report themselves. The other families are in the registry of
// package rule. Identifiers are never reused.
var (
	Unreadable      = Rule{"THV1001", "unreadable", Error}
	BadEncoding     = Rule{"THV1002", "bad-encoding", Error}
	Syntax          = Rule{"THV1003", "syntax", Error}
	DuplicateKey    = Rule{"THV1004", "duplicate-key", Error}
	TooComplex      = Rule{"THV1005", "too-complex", Error}
	ExtraDocument   = Rule{"THV1006", "extra-document", Error}
	NoWebhooks      = Rule{"THV1007", "no-webhooks", Error}
	UnknownDocument = Rule{"THV1008", "unknown-document", Error}
	WrongDialect    = Rule{"THV1009", "wrong-dialect", Error}
	DuplicateObject = Rule{"THV1010", "duplicate-object", Warning}

	Schema         = Rule{"THV2000", "schema", Error}
	UnknownField   = Rule{"THV2001", "unknown-field", Error}
	MissingField   = Rule{"THV2002", "missing-field", Error}
	WrongType      = Rule{"THV2003", "wrong-type", Error}
	NotHTTPS       = Rule{"THV2004", "not-https", Error}
	BadURL         = Rule{"THV2005", "bad-url", Error}
	TimeoutRange   = Rule{"THV2006", "timeout-range", Error}
	BadDuration    = Rule{"THV2007", "bad-duration", Error}
	BadValue       = Rule{"THV2008", "bad-value", Error}
	BadName        = Rule{"THV2009", "bad-name", Error}
	HalfClientCert = Rule{"THV2010", "half-client-cert", Error}
	BadSecretRef   = Rule{"THV2011", "bad-secret-ref", Error}
)

// The rules about what people write to suppress findings, which the stages check
// and suppress report.
var (
	UnusedIgnore = Rule{"THV9001", "unused-ignore", Warning}
	BadIgnore    = Rule{"THV9002", "bad-ignore", Error}
)
