package toolhive

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stacklok/toolhive/cmd/thv-operator/api/v1beta1"
	"github.com/stacklok/toolhive/cmd/thv-operator/controllers"
	"github.com/stacklok/toolhive/cmd/thv-operator/pkg/controllerutil"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
)

// groupsOf returns the groups of entries, sorted, each once.
func groupsOf(entries []v1beta1.MCPServerEntry) []types.NamespacedName {
	var groups []types.NamespacedName
	for _, entry := range entries {
		groups = append(groups, types.NamespacedName{Namespace: entry.Namespace, Name: entry.Spec.GroupRef.GetName()})
	}
	slices.SortFunc(groups, func(a, b types.NamespacedName) int { return cmp.Compare(a.String(), b.String()) })
	return slices.Compact(groups)
}

// operator is ToolHive's operator on a cluster that no other controller works on.
type operator struct {
	cluster client.Client
	servers controllers.VirtualMCPServerReconciler
	proxies controllers.MCPRemoteProxyReconciler
}

// newOperator makes a cluster of the objects, of all that they refer to, and of a
// VirtualMCPServer for each group, which has the name of the group.
func newOperator(entries []v1beta1.MCPServerEntry, proxies []v1beta1.MCPRemoteProxy) *operator {
	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(v1beta1.AddToScheme(scheme))
	var objects []client.Object
	for _, group := range groupsOf(entries) {
		meta := metav1.ObjectMeta{Namespace: group.Namespace, Name: group.Name}
		objects = append(objects,
			&v1beta1.MCPGroup{ObjectMeta: meta, Status: v1beta1.MCPGroupStatus{Phase: v1beta1.MCPGroupPhaseReady}},
			&v1beta1.VirtualMCPServer{ObjectMeta: meta, Spec: v1beta1.VirtualMCPServerSpec{
				GroupRef:     &v1beta1.MCPGroupRef{Name: group.Name},
				IncomingAuth: &v1beta1.IncomingAuthConfig{Type: "anonymous"},
			}})
	}
	for _, entry := range entries {
		objects = append(objects, entry.DeepCopy())
	}
	secrets := map[client.ObjectKey]bool{}
	for _, proxy := range proxies {
		objects = append(objects, proxy.DeepCopy())
		for _, key := range secretsOf(proxy) {
			if !secrets[key] {
				objects = append(objects, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}})
			}
			secrets[key] = true
		}
	}
	cluster := fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).
		WithStatusSubresource(&v1beta1.VirtualMCPServer{}, &v1beta1.MCPRemoteProxy{}).Build()
	recorder := events.NewFakeRecorder(1000)
	platform := controllerutil.NewSharedPlatformDetector()
	return &operator{cluster,
		controllers.VirtualMCPServerReconciler{Client: cluster, Scheme: scheme, Recorder: recorder, PlatformDetector: platform},
		controllers.MCPRemoteProxyReconciler{Client: cluster, Scheme: scheme, Recorder: recorder, PlatformDetector: platform}}
}

// secretsOf returns the Secrets that must exist before the operator makes the
// Deployment of a proxy.
func secretsOf(proxy v1beta1.MCPRemoteProxy) []client.ObjectKey {
	if proxy.Spec.HeaderForward == nil {
		return nil
	}
	var keys []client.ObjectKey
	for _, header := range proxy.Spec.HeaderForward.AddHeadersFromSecret {
		keys = append(keys, client.ObjectKey{Namespace: proxy.Namespace, Name: header.ValueSecretRef.Name})
	}
	return keys
}

func (o *operator) groupEnv(group types.NamespacedName) ([]corev1.EnvVar, error) {
	if _, err := o.servers.Reconcile(context.Background(), ctrl.Request{NamespacedName: group}); err != nil {
		return nil, err
	}
	return o.headerForwardEnv(group)
}

// headerForwardEnv returns those variables of the one container of a Deployment that
// have to do with header forwarding, in their order.
func (o *operator) headerForwardEnv(key client.ObjectKey) ([]corev1.EnvVar, error) {
	var deployment appsv1.Deployment
	if err := o.cluster.Get(context.Background(), key, &deployment); err != nil {
		return nil, err
	}
	containers := deployment.Spec.Template.Spec.Containers
	if len(containers) != 1 {
		return nil, fmt.Errorf("found %d containers, want one", len(containers))
	}
	env := []corev1.EnvVar{}
	for _, variable := range containers[0].Env {
		if strings.HasPrefix(variable.Name, "TOOLHIVE_HEADER_FORWARD_") || strings.HasPrefix(variable.Name, "TOOLHIVE_SECRET_HEADER_FORWARD_") {
			env = append(env, variable)
		}
	}
	return env, nil
}

func (o *operator) proxy(key client.ObjectKey) (record proxyRecord, err error) {
	record = proxyRecord{Namespace: key.Namespace, Name: key.Name}
	if _, err := o.proxies.Reconcile(context.Background(), ctrl.Request{NamespacedName: key}); err != nil {
		return record, err
	}
	if record.Env, err = o.headerForwardEnv(key); err != nil {
		return record, err
	}
	var configMap corev1.ConfigMap
	key.Name += "-runconfig"
	if err := o.cluster.Get(context.Background(), key, &configMap); err != nil {
		return record, err
	}
	var config struct {
		HeaderForward     json.RawMessage   `json:"header_forward"`
		MiddlewareConfigs []json.RawMessage `json:"middleware_configs"`
	}
	if err := json.Unmarshal([]byte(configMap.Data["runconfig.json"]), &config); err != nil {
		return record, err
	}
	record.HeaderForward = string(config.HeaderForward)
	record.Middleware, err = headerForwardEntry(config.MiddlewareConfigs)
	return record, err
}

// headerForwardEntry returns the entry of a middleware chain that forwards headers,
// and nothing if there is none.
func headerForwardEntry(chain []json.RawMessage) (string, error) {
	var found string
	for _, entry := range chain {
		var middleware struct{ Type string }
		if err := json.Unmarshal(entry, &middleware); err != nil {
			return "", err
		}
		if middleware.Type != "header-forward" {
			continue
		}
		if found != "" {
			return "", errors.New("the chain forwards headers twice")
		}
		found = string(entry)
	}
	return found, nil
}
