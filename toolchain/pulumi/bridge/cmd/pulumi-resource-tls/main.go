// The tls plugin.
package main

import (
	"github.com/hashicorp/terraform-provider-tls/shim"

	"kubeadm-ha/toolchain/pulumi/bridge/plugin"
)

// version is set by the linker.
var version string

func main() {
	plugin.Serve("tls", version, "", shim.New())
}
