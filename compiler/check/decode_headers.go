package check

import (
	"github.com/thvctl/thvctl/compiler/model"
)

// decodeRemote reads what the spec of a Kubernetes object says of requests to a remote
// MCP server.
func decodeRemote(d *model.Document, spec *Value) {
	d.Remote.URL = text(spec.Field("remoteUrl"))
	d.Remote.Group = text(spec.Field("groupRef").Field("name"))
	for _, field := range []string{"externalAuthConfigRef", "authServerRef"} {
		if name := text(spec.Field(field).Field("name")); name.Set {
			d.Remote.Auth = append(d.Remote.Auth, name)
		}
	}
	forward := spec.Field("headerForward")
	if forward == nil {
		return
	}
	d.Remote.HeaderForward = model.HeaderForward{Path: forward.Path, Headers: plaintextHeaders(forward.Field("addPlaintextHeaders"))}
	d.Unread = unread(forward, "addPlaintextHeaders", "addHeadersFromSecret")
	secrets := forward.Field("addHeadersFromSecret")
	if secrets == nil {
		return
	}
	for _, item := range secrets.Items {
		d.Unread = append(d.Unread, unread(item, "headerName", "valueSecretRef")...)
		if name := text(item.Field("headerName")); name.Set {
			d.Remote.HeaderForward.Headers = append(d.Remote.HeaderForward.Headers,
				model.Header{Name: name, Secret: secretReference(item.Field("valueSecretRef"))})
		}
	}
}

// decodeRunConfigRemote reads what a RunConfig says of requests to a remote MCP server.
func decodeRunConfigRemote(d *model.Document, root *Value) {
	d.Remote.URL = text(root.Field("remote_url"))
	forward := root.Field("header_forward")
	if forward == nil {
		return
	}
	headers := plaintextHeaders(forward.Field("add_plaintext_headers"))
	if secrets := forward.Field("add_headers_from_secret"); secrets != nil {
		for _, f := range secrets.Fields {
			headers = append(headers, model.Header{
				Name: keyOf(f), Keyed: true,
				Secret: model.Reference{Path: f.Value.Path, Name: f.Value.Node.Value},
			})
		}
	}
	d.Remote.HeaderForward = model.HeaderForward{Path: forward.Path, Headers: headers}
}

func plaintextHeaders(v *Value) []model.Header {
	if v == nil {
		return nil
	}
	var headers []model.Header
	for _, f := range v.Fields {
		headers = append(headers, model.Header{Name: keyOf(f), Keyed: true, Value: text(f.Value)})
	}
	return headers
}

// keyOf returns the name of a field of a map, at the path of its value.
func keyOf(f ValueField) model.Value[string] {
	return model.Value[string]{V: f.Name, Path: f.Value.Path, Set: true}
}
