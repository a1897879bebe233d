package header

import (
	"slices"

	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/toolhive"
)

// Reasons that hold for every kind of backend.
const (
	alone      = "nothing else sets it"
	byChance   = "set more than once, and chance decides which is sent"
	notSecret  = "the one from the secret is sent in its place"
	unsendable = "HTTP does not allow it, so that every request fails"
	traced     = "nothing else sets it, unless telemetry traces the request"
)

// rivals decides between the forwarded settings of one header, and returns those that
// may be sent. alike reports whether a secret replaces a plain value.
func rivals(name string, forwarded []*Setting, refused string, alike func(secret, plain *Setting) bool) []*Setting {
	if toolhive.IsRestrictedHeader(name) {
		settle(forwarded, false, refused)
		return nil
	}
	var left []*Setting
	for _, s := range forwarded {
		replaced := s.Origin == Plaintext && slices.ContainsFunc(forwarded, func(o *Setting) bool { return o.Origin == Secret && alike(o, s) })
		switch {
		case !rule.IsSendable(s.Forwarded):
			settle([]*Setting{s}, false, unsendable)
		case replaced:
			settle([]*Setting{s}, false, notSecret)
		default:
			left = append(left, s)
		}
	}
	switch {
	case len(left) > 1:
		settle(left, false, byChance)
	case isTrace(name):
		settle(left, true, traced)
	default:
		settle(left, true, alone)
	}
	return left
}

// isTrace reports whether telemetry sets a header.
func isTrace(name string) bool {
	return slices.Contains([]string{"Traceparent", "Tracestate", "Baggage"}, name)
}
