// The kubernetes plugin. schema.json and terraform-mapping.json are copied out of the provider's module when this is built.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

//go:embed schema.json
var schema []byte

//go:embed terraform-mapping.json
var mapping []byte

// version is set by the linker.
var version string

func main() {
	provider.Serve("kubernetes", version, schema, mapping)
}
