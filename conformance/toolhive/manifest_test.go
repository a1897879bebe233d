package toolhive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	toolhivev1alpha1 "github.com/stacklok/toolhive/cmd/thv-operator/api/v1alpha1"
	"github.com/stacklok/toolhive/cmd/thv-operator/api/v1beta1"
	"github.com/stacklok/toolhive/cmd/thv-operator/pkg/controllerutil"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	kyaml "sigs.k8s.io/yaml"

	"github.com/thvctl/thvctl/api/v1alpha1"
	"github.com/thvctl/thvctl/compiler/emit/crd"
	"github.com/thvctl/thvctl/compiler/toolhive"
	"github.com/thvctl/thvctl/conformance/sample"
)

// checkManifest wants ToolHive's type to hold all of a manifest, ToolHive's
// validation to pass, and its hash to be the one that is annotated.
func checkManifest(_ testing.TB, u sample.Unit) error {
	if u.Manifest == nil {
		return nil
	}
	object, err := readManifest(u)
	if err != nil {
		return err
	}
	if err := controllerutil.ValidateMCPWebhookConfigSpec(object.Spec); err != nil {
		return fmt.Errorf("ToolHive refuses the spec: %w", err)
	}
	annotated := object.Annotations[crd.ToolHiveHashAnnotation]
	if hash := controllerutil.CalculateConfigHash(object.Spec); hash != annotated {
		return fmt.Errorf("ToolHive's hash is %s, annotated is %q", hash, annotated)
	}
	return checkNothingLost(u.Manifest, object.Spec)
}

func readManifest(u sample.Unit) (object toolhivev1alpha1.MCPWebhookConfig, err error) {
	err = kyaml.UnmarshalStrict(u.Manifest, &object)
	return object, err
}

// checkNothingLost wants ToolHive's type to write the spec that it read.
func checkNothingLost(manifest []byte, spec v1beta1.MCPWebhookConfigSpec) error {
	var ours struct{ Spec any }
	if err := kyaml.Unmarshal(manifest, &ours); err != nil {
		return err
	}
	text, err := json.Marshal(spec)
	if err != nil {
		return err
	}
	var theirs any
	if err := json.Unmarshal(text, &theirs); err != nil {
		return err
	}
	if diff := cmp.Diff(ours.Spec, theirs); diff != "" {
		return fmt.Errorf("ToolHive reads something else (-manifest +ToolHive)\n%s", diff)
	}
	return nil
}

// cluster is a client of a cluster with one object.
func cluster(object toolhivev1alpha1.MCPWebhookConfig) client.Client {
	scheme := runtime.NewScheme()
	utilruntime.Must(toolhivev1alpha1.AddToScheme(scheme))
	return fake.NewClientBuilder().WithScheme(scheme).WithObjects(&object).Build()
}

// mount is one file of a Secret in a pod, as volume and volume mount together say.
type mount struct {
	Volume, Secret, Key, Item, Path, SubPath string
	ReadOnly                                 bool
}

// checkMounts wants ToolHive's operator to mount the files that thvctl computes,
// and the RunConfig to name exactly these.
func checkMounts(_ testing.TB, u sample.Unit) error {
	if u.Manifest == nil {
		return nil
	}
	var object v1alpha1.MCPWebhookConfig
	if err := kyaml.UnmarshalStrict(u.Manifest, &object); err != nil {
		return err
	}
	var ours []mount
	var paths []string
	for _, m := range toolhive.Mounts(object.Spec) {
		ours = append(ours, mount{m.Volume, m.Ref.Name, m.Ref.Key, m.Purpose.FileName(), m.Path, m.Purpose.FileName(), true})
		paths = append(paths, m.Path)
	}
	theirs, err := operatorMounts(u)
	if err != nil {
		return err
	}
	if diff := cmp.Diff(ours, theirs); diff != "" {
		return fmt.Errorf("ToolHive mounts other files (-thvctl +ToolHive)\n%s", diff)
	}
	named, err := namedPaths(u.OperatorRunConfig)
	if err != nil {
		return err
	}
	slices.Sort(paths)
	if diff := cmp.Diff(paths, named, cmpopts.EquateEmpty()); diff != "" {
		return fmt.Errorf("the RunConfig names other files than are mounted (-mounted +named)\n%s", diff)
	}
	return nil
}

func operatorMounts(u sample.Unit) ([]mount, error) {
	object, err := readManifest(u)
	if err != nil {
		return nil, err
	}
	volumes, mounts, err := controllerutil.GenerateWebhookVolumes(context.Background(), cluster(object), object.Namespace, &v1beta1.WebhookConfigRef{Name: object.Name})
	if err != nil {
		return nil, err
	}
	if len(volumes) != len(mounts) {
		return nil, fmt.Errorf("%d volumes, but %d mounts", len(volumes), len(mounts))
	}
	var out []mount
	for i, volume := range volumes {
		m, err := mountOf(volume, mounts[i])
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

func mountOf(volume corev1.Volume, m corev1.VolumeMount) (mount, error) {
	if volume.Name != m.Name || volume.Secret == nil || len(volume.Secret.Items) != 1 {
		return mount{}, errors.New("a volume is not one key of a Secret with its mount")
	}
	item := volume.Secret.Items[0]
	return mount{volume.Name, volume.Secret.SecretName, item.Key, item.Path, m.MountPath, m.SubPath, m.ReadOnly}, nil
}
