package crd

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/thvctl/thvctl/compiler/ir"
)

// maker makes valid units of form crd out of a stream of choices.
type maker struct {
	// choose returns a number in [0, n).
	choose func(n int64) int64
	// text returns any text, which may be one that YAML has to quote.
	text func() string
}

// awkward is text that a careless YAML writer or reader changes. All of it
// is writable.
var awkward = []string{
	"", " ", "yes", "null", "~", "1e3", "0x1f", "2026-11-21", "a: b", "a #b", "- a", "{a}", "%", "@", "|", "<<", "=",
	"a\nb\n", "\ta", "\"'\\", "\u2028", "\u00a0", "\x00", "\x1b", "é", "😀",
}

// writable reports whether sigs.k8s.io/yaml can write a text. It reads its own
// JSON as YAML, which forbids some characters that JSON does not escape and takes
// U+0085 for a line break, and has no keys of more than 1,024 characters (a label's
// prefix is ours).
func writable(text string) bool {
	return utf8.ValidString(text) && len(text) <= 900 && !strings.ContainsFunc(text, func(r rune) bool {
		return r >= 0x7f && r <= 0x9f || r == 0xfeff || r == 0xfffe || r == 0xffff
	})
}

func randomMaker(seed uint64) maker {
	r := rand.New(rand.NewPCG(seed, 0))
	return maker{
		choose: r.Int64N,
		text:   func() string { return awkward[r.IntN(len(awkward))] },
	}
}

// byteMaker takes its choices from data, and 0 when nothing is left. Its text is
// always the given one.
func byteMaker(data []byte, text string) maker {
	return maker{
		choose: func(n int64) int64 {
			var choice int64
			for span := n; span > 1 && len(data) > 0; span >>= 8 {
				choice = choice<<8 | int64(data[0])
				data = data[1:]
			}
			return choice % n
		},
		text: func() string { return text },
	}
}

func (m maker) flip() bool { return m.choose(2) == 1 }

func (m maker) unit() ir.Unit {
	validating, mutating := m.webhooks(), m.webhooks()
	if len(validating)+len(mutating) == 0 {
		validating = []ir.Webhook{m.webhook(0)}
	}
	return ir.Unit{
		Metadata: ir.Metadata{
			Name:        "unit-" + m.text(),
			Namespace:   m.text(),
			Labels:      m.labels(),
			Annotations: m.labels(),
		},
		Content: ir.Content{Validating: validating, Mutating: mutating},
	}
}

func (m maker) labels() map[string]string {
	if m.flip() {
		return nil
	}
	labels := map[string]string{}
	for range m.choose(3) {
		labels["example.com/"+m.text()] = m.text()
	}
	return labels
}

func (m maker) webhooks() []ir.Webhook {
	if m.flip() {
		return nil
	}
	list := []ir.Webhook{}
	for i := range int(m.choose(4)) {
		list = append(list, m.webhook(i))
	}
	return list
}

func (m maker) webhook(i int) ir.Webhook {
	const slack = int64(maxTimeout - minTimeout)
	w := ir.Webhook{
		Name:          fmt.Sprintf("%s%d", m.text(), i),
		URL:           "https://a.example/" + m.text(),
		Timeout:       (minTimeout + time.Duration(m.choose(slack+1))).String(),
		FailurePolicy: []string{"fail", "ignore"}[m.choose(2)],
	}
	if m.flip() {
		w.TLS = m.tls()
	}
	if m.flip() {
		w.HMAC = m.reference()
	}
	return w
}

// tls sets at least one field, as package ir promises.
func (m maker) tls() *ir.TLS {
	fields := m.choose(7) + 1
	tls := &ir.TLS{InsecureSkipVerify: fields&1 != 0}
	if fields&2 != 0 {
		tls.CA = m.reference()
	}
	if fields&4 != 0 {
		tls.ClientCert, tls.ClientKey = m.reference(), m.reference()
	}
	return tls
}

func (m maker) reference() *ir.Reference {
	return &ir.Reference{Secret: &ir.SecretKey{Name: "s" + m.text(), Key: "k" + m.text()}}
}
