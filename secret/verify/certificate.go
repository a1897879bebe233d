package verify

import (
	"crypto/x509"
	"fmt"
	"strconv"
	"time"
)

// notice is how long before its end a certificate is warned about, by rule THV4010.
const notice = 30 * 24 * time.Hour

// numbered is a certificate with its place, from 1, among the certificates of a value.
type numbered struct {
	*x509.Certificate
	number int
}

// group is some of the certificates of a value.
type group []numbered

// named names the group among all certificates of its value, which it is told the
// number of. It lists no more than five.
func (g group) named(total int) string {
	var numbers []int
	for _, certificate := range g {
		numbers = append(numbers, certificate.number)
	}
	return someOf(numbers, total)
}

// someOf names certificates by their numbers, with no more than five of them.
func someOf(numbers []int, total int) string {
	switch {
	case total == 1:
		return "the certificate"
	case len(numbers) == total:
		return fmt.Sprintf("all %d certificates", total)
	}
	const most = 5
	var words []string
	for _, number := range numbers[:min(len(numbers), most)] {
		words = append(words, strconv.Itoa(number))
	}
	if len(numbers) > most {
		words = append(words, "others")
	}
	noun := "number"
	if len(words) > 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d of %d certificates (%s %s)", len(numbers), total, noun, enumerate(words))
}

// byDate parts a group by what Go's verification says of their dates.
func (g group) byDate(now time.Time) (expired, early, usable group) {
	for _, certificate := range g {
		switch {
		case now.After(certificate.NotAfter):
			expired = append(expired, certificate)
		case now.Before(certificate.NotBefore):
			early = append(early, certificate)
		default:
			usable = append(usable, certificate)
		}
	}
	return expired, early, usable
}

// lastEnd returns when the last certificate of a group expires.
func (g group) lastEnd() time.Time {
	var last time.Time
	for _, certificate := range g {
		if certificate.NotAfter.After(last) {
			last = certificate.NotAfter
		}
	}
	return last
}

// firstStart returns when the first certificate of a group becomes valid.
func (g group) firstStart() time.Time {
	first := g[0].NotBefore
	for _, certificate := range g {
		if certificate.NotBefore.Before(first) {
			first = certificate.NotBefore
		}
	}
	return first
}

func (f *faults) judgeExpired(severe bool, g group, total int, now time.Time) {
	if len(g) == 0 {
		return
	}
	end := g.lastEnd()
	f.add(severe, "%s expired%s on %s, %s ago; a renewed one is wanted", g.named(total), last(g), date(end), days(end, now))
}

func (f *faults) judgeEarly(severe bool, g group, total int, now time.Time) {
	if len(g) == 0 {
		return
	}
	start := g.firstStart()
	f.add(severe, "%s cannot be used before %s, in %s; one that is valid now is wanted", g.named(total), date(start), days(now, start))
}

// judgeSoon warns of the certificates of a group that will have expired within the
// notice.
func (f *faults) judgeSoon(g group, total int, now time.Time) {
	var soon group
	for _, certificate := range g {
		if certificate.NotAfter.Before(now.Add(notice)) {
			soon = append(soon, certificate)
		}
	}
	if len(soon) > 0 {
		end := soon.lastEnd()
		f.add(false, "%s will expire%s on %s, in %s; renew before", soon.named(total), last(soon), date(end), days(now, end))
	}
}

// last says that a date is that of the last certificate of several.
func last(g group) string {
	if len(g) == 1 {
		return ""
	}
	return ", the last"
}

func date(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// days returns the whole days between two times. It counts in seconds, because a
// time.Duration ends at 292 years.
func days(from, to time.Time) string {
	n := (to.Unix() - from.Unix()) / (24 * 60 * 60)
	if n == 0 {
		return "less than a day"
	}
	return quantity(int(n), "day")
}
