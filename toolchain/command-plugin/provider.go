package main

import (
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/middleware/schema"

	"kubeadm-ha/command-plugin/local"
	"kubeadm-ha/command-plugin/remote"
)

// newProvider lists what the plugin serves. Names, fields and secrets of the schema come from the Go types: the token
// command:remote:Command is the package remote and its type Command.
func newProvider() p.Provider {
	return infer.Provider(infer.Options{
		Metadata: schema.Metadata{
			DisplayName: "Command",
			Description: "Runs commands on hosts over SSH, and here: kubeadm-ha's substitute for the official plugin.",
			License:     "Apache-2.0",
			LanguageMap: map[string]any{"nodejs": map[string]any{"respectSchemaVersion": true}},
		},
		Resources: []infer.InferredResource{infer.Resource(&remote.Command{}), infer.Resource(&local.Command{})},
	})
}
