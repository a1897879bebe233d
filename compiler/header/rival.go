package header

import (
	"slices"

	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/toolhive"
)

// rules say how the forwarded settings of one header are decided for a kind of backend.
type rules struct {
	// refused is what a restricted header leads to, alone why a header without a rival
	// is sent.
	refused, alone string
	// alike reports whether a secret replaces a plain value.
	alike func(secret, plain *Setting) bool
}

// rivals decides between the forwarded settings of one header, and returns those that
// may be sent.
func (r rules) rivals(name string, forwarded []*Setting) []*Setting {
	var left []*Setting
	for _, s := range forwarded {
		replaced := s.Origin == Plaintext && slices.ContainsFunc(forwarded, func(o *Setting) bool { return o.Origin == Secret && r.alike(o, s) })
		switch {
		case toolhive.IsRestrictedHeader(name):
			s.Why, s.spoils = r.refused, true
		case !rule.IsSendable(s.Forwarded):
			s.Why, s.spoils = "HTTP does not allow it, so that every request fails", true
		case replaced:
			s.Why = "the one from the secret is sent in its place"
		default:
			left = append(left, s)
		}
	}
	switch {
	case len(left) > 1:
		settle(left, false, "set more than once, and chance decides which is sent")
	case slices.Contains([]string{"Traceparent", "Tracestate", "Baggage"}, name):
		settle(left, true, r.alone+", unless telemetry traces the request")
	default:
		settle(left, true, r.alone)
	}
	return left
}
