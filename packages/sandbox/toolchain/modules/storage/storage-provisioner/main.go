// Storage-provisioner answers the claims of the embedded cluster's StorageClass: a volume is a directory on the host, which every
// real Pod sees under one path, whether it reads or writes, alone or with others.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "client configuration of the cluster")
	name := flag.String("name", "", "name of the provisioner, as StorageClasses give it")
	directory := flag.String("directory", "", "where the volumes are on the host")
	path := flag.String("path", "", "where a Pod's node sees that directory")
	flag.Parse()
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	check(err)
	client, err := kubernetes.NewForConfig(config)
	check(err)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	provisioner := directories{host: *directory, node: *path}
	controller.NewProvisionController(ctx, client, *name, provisioner, controller.LeaderElection(false)).Run(ctx)
}

type directories struct {
	host string
	node string
}

// Provision makes the directory; any user may write to it, since nothing changes the owner of a hostPath.
func (d directories) Provision(_ context.Context, options controller.ProvisionOptions) (*core.PersistentVolume, controller.ProvisioningState, error) {
	directory := filepath.Join(d.host, options.PVName)
	if err := os.MkdirAll(directory, 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	// Past the umask.
	if err := os.Chmod(directory, 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	return &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: options.PVName},
		Spec: core.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *options.StorageClass.ReclaimPolicy,
			AccessModes:                   options.PVC.Spec.AccessModes,
			Capacity:                      options.PVC.Spec.Resources.Requests,
			PersistentVolumeSource: core.PersistentVolumeSource{
				HostPath: &core.HostPathVolumeSource{Path: filepath.Join(d.node, options.PVName)},
			},
		},
	}, controller.ProvisioningFinished, nil
}

// Delete removes what the volume held.
func (d directories) Delete(_ context.Context, volume *core.PersistentVolume) error {
	return os.RemoveAll(filepath.Join(d.host, volume.Name))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
