package remote

import (
	"context"
	"fmt"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"golang.org/x/crypto/ssh"
)

// run executes a command on the host, waits for its end and puts what it wrote into Stdout and Stderr. Without a command
// it does nothing, not even connect.
//
// The client is left open until the plugin exits, as the official plugin does, so that a lab sees the same number of
// sessions. Cancelling interrupts the dialling but not a running command: nothing could tell how far that one came.
//
// An error holds the command and all it wrote, never its standard input.
func (o *CommandOutputs) run(ctx context.Context, command *string) error {
	if command == nil {
		return nil
	}
	client, err := o.Connection.dial(ctx)
	if err != nil {
		return err
	}
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	defer session.Close()

	if err := o.setEnvironment(ctx, session); err != nil {
		return err
	}
	if o.Stdin != nil {
		session.Stdin = strings.NewReader(*o.Stdin)
	}
	output := NewTranscript(p.GetLogger(ctx), o.Logging)
	session.Stdout, session.Stderr = output.Streams()

	err = session.Run(*command)
	output.End()
	if err != nil {
		return fmt.Errorf("%w: running %q:\n%s", err, *command, output.Text())
	}
	o.Stdout, o.Stderr = output.Trimmed()
	return nil
}

// setEnvironment hands the variables to the SSH server. A variable that the program asked for must be accepted; the
// outputs of the command before are an offer, so their refusal is only a warning.
func (o *CommandOutputs) setEnvironment(ctx context.Context, session *ssh.Session) error {
	logger := p.GetLogger(ctx)
	const advice = "the SSH server accepts only variables that its AcceptEnv names; " +
		"a command may also set them itself: VAR=value command"

	for name, value := range o.Environment {
		if err := session.Setenv(name, value); err != nil {
			logger.Errorf("Unable to set '%s': %s", name, advice)
			return fmt.Errorf("could not set environment variable %q: %w", name, err)
		}
	}
	if o.AddPreviousOutputInEnv != nil && !*o.AddPreviousOutputInEnv {
		return nil
	}
	for name, value := range map[string]string{"PULUMI_COMMAND_STDOUT": o.Stdout, "PULUMI_COMMAND_STDERR": o.Stderr} {
		if value == "" {
			continue
		}
		if err := session.Setenv(name, value); err != nil {
			logger.Warningf("Unable to set '%s': %s, or addPreviousOutputInEnv: false does without", name, advice)
		}
	}
	return nil
}
