// Package shim reaches the Terraform provider, which is internal to its module: its own path begins with that module's.
package shim

import (
	"github.com/hashicorp/terraform-plugin-framework/provider"
	upstream "github.com/terraform-providers/terraform-provider-random/internal/provider"
)

// New makes the Terraform provider.
func New() provider.Provider {
	return upstream.New()
}
