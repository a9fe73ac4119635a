// Package remote holds the resources of the plugin's module "remote": things that happen on another host, over SSH.
package remote

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Command is the resource command:remote:Command. Its life:
//
//   - created: runs "create", if there is one;
//   - any input other than "triggers" changed: runs "update", else "create", else nothing;
//   - "triggers" changed: a new one is created, then the old one deleted;
//   - deleted: runs the "delete" that the last create or update left in the state, over the connection left there.
//
// A step without a command opens no connection, and neither does a preview.
type Command struct{}

// Annotate describes the resource in the schema.
func (c *Command) Annotate(a infer.Annotator) {
	a.Describe(&c, "A command to run on a remote host. The connection is established via SSH.")
}

// CommandInputs are the arguments of a Command.
type CommandInputs struct {
	Triggers               *[]any            `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Create                 *string           `pulumi:"create,optional"`
	Update                 *string           `pulumi:"update,optional"`
	Delete                 *string           `pulumi:"delete,optional"`
	Stdin                  *string           `pulumi:"stdin,optional"`
	Logging                *Logging          `pulumi:"logging,optional"`
	Connection             *Connection       `pulumi:"connection" provider:"secret"`
	Environment            map[string]string `pulumi:"environment,optional"`
	AddPreviousOutputInEnv *bool             `pulumi:"addPreviousOutputInEnv,optional"`
}

// Annotate describes the arguments in the schema. None has a default there: Check leaves out what the program leaves out.
func (i *CommandInputs) Annotate(a infer.Annotator) {
	a.Describe(&i.Triggers, "Values of any kind: when one changes, the resource is replaced.")
	a.Describe(&i.Create, "The command to run when the resource is created.")
	a.Describe(&i.Update, "The command to run when an input changes. Without it, create runs again.")
	a.Describe(&i.Delete, "The command to run when the resource is deleted.")
	a.Describe(&i.Stdin, "The standard input of every command of this resource.")
	a.Describe(&i.Logging, "What is shown while a command runs. Defaults to stdout and stderr. Outputs are kept anyway.")
	a.Describe(&i.Connection, "How to connect to the host.")
	a.Describe(&i.Environment, "Variables of the command, as far as AcceptEnv of the host's SSH server allows them.")
	a.Describe(&i.AddPreviousOutputInEnv,
		"Whether a command finds the outputs of the one before in PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR. "+
			"Defaults to true.")
}

// CommandOutputs is what the state keeps of a Command: its arguments, and what its last create or update wrote.
type CommandOutputs struct {
	CommandInputs
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

// Annotate describes the state in the schema.
func (o *CommandOutputs) Annotate(a infer.Annotator) {
	o.CommandInputs.Annotate(a)
	a.Describe(&o.Stdout, "The standard output of the last create or update, without a last line end.")
	a.Describe(&o.Stderr, "The standard error of the last create or update, without a last line end.")
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
