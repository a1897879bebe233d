package rule

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

var metadataEndpoint = Rule{
	Rule:    diag.Rule{ID: "THV4004", Name: "metadata-endpoint", Severity: diag.Error},
	Summary: "a webhook is asked at a link-local address or at a cloud's metadata service",
	Doc: "The metadata service of a cloud hands its credentials to whoever asks from inside.\n" +
		"No webhook lives there; a URL that leads there is a mistake, or an attempt to have\n" +
		"ToolHive send a request where only it can. ToolHive itself looks at no address.\n\n" +
		"An address is found in every spelling: as one number, in octal or hexadecimal, with\n" +
		"full-width digits, inside an IPv6 address, and so are the names that clouds give\n" +
		"the service. What a name resolves to is not looked up.",
	Document: func(p *Pass, d *model.Document) {
		targets(d, func(w model.Webhook, t target) {
			if what := metadataService(t); what != "" {
				p.Add(Finding{
					Document: d, Path: w.URL.Path, Mark: hostPlace(d, w.URL),
					Message: fmt.Sprintf("found %s, %s; allowed is the host of a webhook", t.show(), what),
				})
			}
		})
	},
}

// metadataAddresses are where clouds have their metadata services, beside the
// link-local addresses.
var metadataAddresses = []netip.Addr{
	netip.MustParseAddr("100.100.100.200"),    // Alibaba Cloud
	netip.MustParseAddr("fd00:100::100:200"),  // Alibaba Cloud
	netip.MustParseAddr("168.63.129.16"),      // Azure, the wire server
	netip.MustParseAddr("192.0.0.192"),        // Oracle Cloud Classic
	netip.MustParseAddr("fd00:c1::a9fe:a9fe"), // Oracle Cloud
	netip.MustParseAddr("fd00:ec2::254"),      // AWS
	netip.MustParseAddr("fd00:ec2::23"),       // AWS, EKS pod identities
	netip.MustParseAddr("fd20:ce::254"),       // Google Cloud
	netip.MustParseAddr("fd00:42::42"),        // Scaleway
	netip.MustParseAddr("fd00:a9fe:a9fe::1"),  // Akamai
}

// metadataNames are the names of metadata services inside their clouds.
var metadataNames = []string{
	"metadata.google.internal", "metadata.goog",
	"instance-data.ec2.internal", "instance-data",
	"metadata.tencentyun.com",
}

// metadataService says in what way a host is a metadata service; empty for one
// that is none.
func metadataService(t target) string {
	switch {
	case t.address.IsLinkLocalUnicast():
		return "a link-local address, where clouds have their metadata services"
	case slices.Contains(metadataAddresses, t.address), slices.Contains(metadataNames, t.name):
		return "the metadata service of a cloud"
	}
	return ""
}
