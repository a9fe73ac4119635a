// The random plugin.
package main

import (
	"github.com/terraform-providers/terraform-provider-random/shim"

	"kubeadm-ha/toolchain/pulumi/bridge/plugin"
)

// version is set by the linker.
var version string

func main() {
	plugin.Serve("random", version, "Random", shim.New())
}
