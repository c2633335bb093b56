// Command kube-apiserver is the Kubernetes API server, unchanged.
package main

import (
	"os"
	_ "time/tzdata" // CronJob time zones are validated against it, as in the released binary.

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() {
	os.Exit(cli.Run(app.NewAPIServerCommand()))
}
