package local

import (
	"github.com/pulumi/pulumi-go-provider/infer"

	"kubeadm-ha/command-plugin/remote"
)

// Logging is remote.Logging under the name that the schema has for local commands.
type Logging remote.Logging

// Values lists the enum for the schema.
func (Logging) Values() []infer.EnumValue[Logging] {
	var values []infer.EnumValue[Logging]
	for _, value := range remote.Logging("").Values() {
		values = append(values, infer.EnumValue[Logging]{
			Name: value.Name, Value: Logging(value.Value), Description: value.Description,
		})
	}
	return values
}
