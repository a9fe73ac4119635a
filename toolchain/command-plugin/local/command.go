// Package local holds the resources of the plugin's module "local": things that happen on the machine where Pulumi runs.
package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"kubeadm-ha/command-plugin/remote"
)

// Command is the resource command:local:Command, as far as the program uses it. Its life is that of a remote Command:
//
//   - created: runs "create", if there is one;
//   - any input other than "triggers" changed: runs "update", else "create", else nothing;
//   - "triggers" changed: a new one is created, then the old one deleted;
//   - deleted: runs the "delete" that the last create or update left in the state.
//
// A preview runs nothing.
type Command struct{}

// Annotate describes the resource in the schema.
func (c *Command) Annotate(a infer.Annotator) {
	a.Describe(&c, "A command to run on the machine where Pulumi runs, in the folder of the program.")
}

// CommandInputs are the arguments of a Command.
type CommandInputs struct {
	Triggers               *[]any            `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Create                 *string           `pulumi:"create,optional"`
	Update                 *string           `pulumi:"update,optional"`
	Delete                 *string           `pulumi:"delete,optional"`
	Stdin                  *string           `pulumi:"stdin,optional"`
	Logging                *Logging          `pulumi:"logging,optional"`
	Interpreter            *[]string         `pulumi:"interpreter,optional"`
	Dir                    *string           `pulumi:"dir,optional"`
	Environment            map[string]string `pulumi:"environment,optional"`
	AssetPaths             *[]string         `pulumi:"assetPaths,optional"`
	ArchivePaths           *[]string         `pulumi:"archivePaths,optional"`
	AddPreviousOutputInEnv *bool             `pulumi:"addPreviousOutputInEnv,optional"`
}

// CommandOutputs is what the state keeps of a Command: its arguments, and what its last create or update wrote.
type CommandOutputs struct {
	CommandInputs
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

// Create runs "create". When it fails nothing is kept, so that the next run creates again.
func (*Command) Create(
	ctx context.Context, request infer.CreateRequest[CommandInputs],
) (infer.CreateResponse[CommandOutputs], error) {
	response := infer.CreateResponse[CommandOutputs]{Output: CommandOutputs{CommandInputs: request.Inputs}}
	var err error
	if response.ID, err = resource.NewUniqueHex(request.Name, 8, 0); err != nil || request.DryRun {
		return response, err
	}
	return response, response.Output.run(ctx, request.Inputs.Create)
}

// Update runs "update", else "create". When it fails the state stays as it was, so that the next run updates again.
func (*Command) Update(
	ctx context.Context, request infer.UpdateRequest[CommandInputs, CommandOutputs],
) (infer.UpdateResponse[CommandOutputs], error) {
	response := infer.UpdateResponse[CommandOutputs]{Output: CommandOutputs{
		CommandInputs: request.Inputs,
		Stdout:        request.State.Stdout,
		Stderr:        request.State.Stderr,
	}}
	if request.DryRun {
		return response, nil
	}
	command := request.Inputs.Update
	if command == nil {
		command = request.Inputs.Create
	}
	return response, response.Output.run(ctx, command)
}

// Delete runs the "delete" of the state. When it fails the resource stays in the state.
func (*Command) Delete(
	ctx context.Context, request infer.DeleteRequest[CommandOutputs],
) (infer.DeleteResponse, error) {
	return infer.DeleteResponse{}, request.State.run(ctx, request.State.Delete)
}

// run executes a command by the shell and puts what it wrote into Stdout and Stderr. Without a command it does nothing. An
// error holds the command and all it wrote, never its standard input.
func (o *CommandOutputs) run(ctx context.Context, command *string) error {
	if command == nil {
		return nil
	}
	if o.AssetPaths != nil || o.ArchivePaths != nil {
		return errors.New("this substitute for the official plugin does not make assetPaths and archivePaths")
	}
	interpreter := []string{"/bin/sh", "-c"}
	if o.Interpreter != nil && len(*o.Interpreter) > 0 {
		interpreter = *o.Interpreter
	}
	shell := exec.CommandContext(ctx, interpreter[0], append(interpreter[1:], *command)...)
	if o.Dir != nil {
		shell.Dir = *o.Dir
	}
	shell.Env = append(os.Environ(), o.variables()...)
	if o.Stdin != nil {
		shell.Stdin = strings.NewReader(*o.Stdin)
	}
	output := remote.NewTranscript(p.GetLogger(ctx), (*remote.Logging)(o.Logging))
	shell.Stdout, shell.Stderr = output.Streams()

	err := shell.Run()
	output.End()
	if err != nil {
		return fmt.Errorf("%w: running %q:\n%s", err, *command, output.Text())
	}
	o.Stdout, o.Stderr = output.Trimmed()
	return nil
}

func (o *CommandOutputs) variables() []string {
	var variables []string
	for name, value := range o.Environment {
		variables = append(variables, name+"="+value)
	}
	if o.AddPreviousOutputInEnv == nil || *o.AddPreviousOutputInEnv {
		variables = append(variables, "PULUMI_COMMAND_STDOUT="+o.Stdout, "PULUMI_COMMAND_STDERR="+o.Stderr)
	}
	return variables
}
