// The program pulumi-resource-command: a substitute for the official Pulumi plugin "command" where that one cannot be
// had. The README beside this file says when it is used and how it differs.
package main

import (
	"context"
	"fmt"
	"os"

	p "github.com/pulumi/pulumi-go-provider"
)

// version is the version of the official plugin this one stands in for. The SDK package asks the engine for exactly it.
const version = "1.2.1"

func main() {
	if err := p.RunProvider(context.Background(), "command", version, newProvider()); err != nil {
		fmt.Fprintf(os.Stderr, "pulumi-resource-command: %s\n", err)
		os.Exit(1)
	}
}
