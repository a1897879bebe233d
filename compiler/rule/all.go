package rule

import "strconv"

// All is the catalogue, in the order of the identifiers.
var All = []Rule{
	unreadable, badEncoding, syntaxError, duplicateKey, tooComplex, extraDocument, noWebhooks, unknownDocument, wrongDialect, duplicateObject,
	schemaViolation, unknownField, missingField, wrongType, notHTTPS, badURL, timeoutRange, badDuration, badValue, badName, halfClientCert, badSecretRef,
	duplicateName,
	overrideAcrossFiles,
	identifierCollision,
	nameInBothLists,
	latencyBudget,
	deadCA,
	sameEndpointTwice,
	numericTimeout,
	yamlBoolean,
	urlFragment,
	shadowedLists,
	ignoredTarget,
	urlCredentials,
	inlineSecret,
	insecureTransport,
	metadataEndpoint,
	privateEndpoint,
	failOpenGate,
	unsignedWebhook,
	relativePath,
	weakHMACKey,
	badCertificate,
	secretNotFound,
	secretKeyNotFound,
	configNotFound,
	unusedConfig,
	unboundReference,
	timeoutIneffective,
	lostInForm,
	restrictedHeader,
	headerTwice,
	badHeader,
	plaintextSecret,
	envNameCollision,
	protocolHeader,
	authorizationTwice,
	policyViolation,
	unusedIgnore, badIgnore,
}

func quote(s string) string { return strconv.Quote(s) }
