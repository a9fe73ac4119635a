// Package plugin turns a Terraform provider into a Pulumi plugin whose schema is made when it starts (60 ms), so that
// no generated file has to be kept.
package plugin

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfgen"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
)

// Serve speaks the plugin protocol until the engine hangs up. resourcePrefix comes before every resource's name in its
// token: the official random plugin calls RandomPassword what Terraform calls random_password.
func Serve(name, version, resourcePrefix string, upstream provider.Provider) {
	ctx := context.Background()
	info := tfbridge.ProviderInfo{
		P:                              pf.ShimProvider(upstream),
		Name:                           name,
		Version:                        version,
		MetadataInfo:                   tfbridge.NewProviderMetadata([]byte("{}")),
		EnableAccurateBridgePreview:    true,
		EnableZeroDefaultSchemaVersion: true,
		UpstreamRepoPath:               os.TempDir(), // its documentation is looked for there; there is none, and none is needed
	}
	token := tokens.MakeStandard(name)
	info.MustComputeTokens(tokens.SingleModule(name+"_", "index", func(module, resource string) (string, error) {
		return token(module, resourcePrefix+resource)
	}))
	generated, err := tfgen.GenerateSchema(ctx, tfgen.GenerateSchemaOptions{
		ProviderInfo:    info,
		DiagnosticsSink: diag.DefaultSink(io.Discard, io.Discard, diag.FormatOptions{Color: colors.Never}),
		XInMemoryDocs:   true,
	})
	if err != nil {
		fmt.Fprintf(os.Stderr, "pulumi-resource-%s: cannot make the schema: %v\n", name, err)
		os.Exit(1)
	}
	pf.Main(ctx, name, info, generated.ProviderMetadata)
}
