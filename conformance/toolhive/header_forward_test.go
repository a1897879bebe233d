package toolhive

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stacklok/toolhive/cmd/thv-operator/api/v1beta1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	kyaml "sigs.k8s.io/yaml"
)

// recordHeaderForward makes the test write the fixture instead of comparing with it.
var recordHeaderForward = flag.Bool("record", false, "write what ToolHive's operator makes of header forwarding to testdata")

// headerForwardFixture is where other tests find what ToolHive's operator makes.
const headerForwardFixture = "../../testdata/toolhive/header-forward-operator.json"

// headerForwardRecord is what ToolHive's operator makes of the objects of one case.
type headerForwardRecord struct {
	Name string `json:"name"`
	// Objects are the MCPServerEntries and MCPRemoteProxies, as YAML documents.
	Objects string        `json:"objects"`
	Groups  []groupRecord `json:"groups"`
	Proxies []proxyRecord `json:"proxies"`
}

// groupRecord is what the pod of a VirtualMCPServer gets for the entries of its group.
type groupRecord struct {
	Namespace string `json:"namespace"`
	Group     string `json:"group"`
	// Env are the variables of header forwarding alone, in the order of the pod.
	Env []corev1.EnvVar `json:"env"`
}

// proxyRecord is what the operator makes of one MCPRemoteProxy.
type proxyRecord struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// Env are the variables of header forwarding alone, in the order of the pod.
	Env []corev1.EnvVar `json:"env"`
	// HeaderForward is the member header_forward of the RunConfig as it stands in the
	// file, with its line breaks and its indentation; empty if there is none.
	HeaderForward string `json:"headerForward"`
	// Middleware is the entry header-forward of the RunConfig's middleware_configs,
	// likewise.
	Middleware string `json:"middleware"`
}

// The operator makes today what it made when the fixture was recorded.
func TestHeaderForwardOperator(t *testing.T) {
	inKubernetes(t)
	var made []headerForwardRecord
	for _, c := range headerForwardCases() {
		record, err := runOperator(c.name, c.objects)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		made = append(made, record)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(made); err != nil {
		t.Fatal(err)
	}
	if *recordHeaderForward {
		if err := os.WriteFile(headerForwardFixture, text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	recorded, err := os.ReadFile(headerForwardFixture)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(string(recorded), text.String()); diff != "" {
		t.Errorf("ToolHive makes something else than is recorded (-recorded +made)\n%s", diff)
	}
	t.Logf("%d cases", len(made))
}

// runOperator runs ToolHive's reconcilers on objects, with a VirtualMCPServer for
// each group of entries.
func runOperator(name, objects string) (headerForwardRecord, error) {
	record := headerForwardRecord{Name: name, Objects: objects, Groups: []groupRecord{}, Proxies: []proxyRecord{}}
	entries, proxies, err := readHeaderForwardObjects(objects)
	if err != nil {
		return record, err
	}
	operator := newOperator(entries, proxies)
	for _, group := range groupsOf(entries) {
		env, err := operator.groupEnv(group)
		if err != nil {
			return record, fmt.Errorf("group %s: %w", group, err)
		}
		record.Groups = append(record.Groups, groupRecord{group.Namespace, group.Name, env})
	}
	for _, proxy := range proxies {
		made, err := operator.proxy(client.ObjectKeyFromObject(&proxy))
		if err != nil {
			return record, fmt.Errorf("proxy %s: %w", proxy.Name, err)
		}
		record.Proxies = append(record.Proxies, made)
	}
	return record, nil
}

// readHeaderForwardObjects reads YAML documents strictly.
func readHeaderForwardObjects(text string) (entries []v1beta1.MCPServerEntry, proxies []v1beta1.MCPRemoteProxy, err error) {
	for _, document := range strings.Split(text, "---\n") {
		var kind metav1.TypeMeta
		if err := kyaml.Unmarshal([]byte(document), &kind); err != nil {
			return nil, nil, err
		}
		switch kind.Kind {
		case "MCPServerEntry":
			var entry v1beta1.MCPServerEntry
			if err := kyaml.UnmarshalStrict([]byte(document), &entry); err != nil {
				return nil, nil, err
			}
			entries = append(entries, entry)
		case "MCPRemoteProxy":
			var proxy v1beta1.MCPRemoteProxy
			if err := kyaml.UnmarshalStrict([]byte(document), &proxy); err != nil {
				return nil, nil, err
			}
			proxies = append(proxies, proxy)
		default:
			return nil, nil, fmt.Errorf("found kind %q, want an MCPServerEntry or an MCPRemoteProxy", kind.Kind)
		}
	}
	return entries, proxies, nil
}
