package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

func startLocal(t *testing.T) *plugin {
	plugin := startPlugin(t)
	plugin.urn = resource.NewURN("test", "tests", "", "command:local:Command", t.Name())
	return plugin
}

func TestLocalRunsCreateThenUpdateThenDelete(t *testing.T) {
	t.Parallel()
	plugin, notes := startLocal(t), filepath.Join(t.TempDir(), "notes")
	inputs := fields{"stdin": "one", "environment": fields{"NOTES": notes},
		"create": "tee -a $NOTES; echo told >&2", "delete": "echo deleted >>$NOTES"}
	state := plugin.create(inputs)
	expect(t, "stdout after create", state.Get("stdout").AsString(), "one")
	expect(t, "stderr after create", state.Get("stderr").AsString(), "told")
	state = plugin.update(state, inputs.with(fields{"stdin": "two", "update": "cat >>$NOTES; echo had $PULUMI_COMMAND_STDOUT"}))
	expect(t, "stdout after update", state.Get("stdout").AsString(), "had one")
	plugin.delete(state)
	written, err := os.ReadFile(notes)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "notes", string(written), "onetwodeleted\n")
}

func TestLocalFailureTellsTheCommandAndNotItsStdin(t *testing.T) {
	t.Parallel()
	_, err := startLocal(t).tryCreate(fields{"create": "echo reason >&2; exit 3", "stdin": secret{"hidden"}})
	if err == nil {
		t.Fatal("a failed command is no error")
	}
	expectIn(t, "error", err.Error(), "exit status 3: running \"echo reason >&2; exit 3\":\nreason")
	expect(t, "error has stdin", strings.Contains(err.Error(), "hidden"), false)
}

func TestLocalPreviewRunsNothing(t *testing.T) {
	t.Parallel()
	plugin, file := startLocal(t), filepath.Join(t.TempDir(), "file")
	inputs := plugin.check(fields{"create": "touch " + file})
	if _, err := plugin.server.Create(p.CreateRequest{Urn: plugin.urn, Properties: inputs, DryRun: true}); err != nil {
		t.Fatal(err)
	}
	_, err := os.Stat(file)
	expect(t, "nothing was run", os.IsNotExist(err), true)
}
