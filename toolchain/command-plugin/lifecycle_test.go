package main

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// note is a command that leaves a line in the file "notes" of the server's folder.
func (s *sshd) note(line string) string {
	return "echo " + line + " | tee -a " + s.path("notes")
}

func TestRunsCreateThenUpdateThenDelete(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	inputs := fields{
		"connection": server.connection(),
		"create":     server.note("created"), "update": server.note("updated"), "delete": server.note("deleted"),
	}
	state := plugin.create(inputs)
	expect(t, "stdout after create", state.Get("stdout").AsString(), "created")
	state = plugin.update(state, inputs.with(fields{"stdin": "changed"}))
	expect(t, "stdout after update", state.Get("stdout").AsString(), "updated")
	plugin.delete(state)
	expect(t, "notes", server.read("notes"), "created\nupdated\ndeleted\n")
	expect(t, "connections", server.connections(), 3)
}

func TestUpdateFallsBackToCreate(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	inputs := fields{"connection": server.connection(), "create": server.note("created")}
	plugin.update(plugin.create(inputs), inputs.with(fields{"stdin": "changed"}))
	expect(t, "notes", server.read("notes"), "created\ncreated\n")
}

func TestDeleteOnlyCommandConnectsOnlyToDelete(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	inputs := fields{"connection": server.connection(), "delete": server.note("first")}
	state := plugin.create(inputs)
	state = plugin.update(state, inputs.with(fields{"delete": server.note("newest")}))
	expect(t, "connections before delete", server.connections(), 0)
	plugin.delete(state)
	expect(t, "notes", server.read("notes"), "newest\n")
	expect(t, "connections", server.connections(), 1)
}

func TestDeleteUsesTheConnectionOfTheState(t *testing.T) {
	t.Parallel()
	before, after, plugin := startSSHD(t), startSSHD(t), startPlugin(t)
	inputs := fields{"connection": before.connection(), "delete": "true"}
	state := plugin.create(inputs)
	plugin.delete(plugin.update(state, inputs.with(fields{"connection": after.connection()})))
	expect(t, "connections to the old host", before.connections(), 0)
	expect(t, "connections to the new host", after.connections(), 1)
}

func TestWithoutDeleteNothingIsRunAtTheEnd(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	plugin.delete(plugin.create(fields{"connection": server.connection(), "create": "true"}))
	expect(t, "connections", server.connections(), 1)
}

func TestUpdateWithoutCommandKeepsTheOutputs(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	inputs := fields{"connection": server.connection(), "create": "echo hello"}
	state := plugin.create(inputs)
	delete(inputs, "create")
	expect(t, "stdout", plugin.update(state, inputs).Get("stdout").AsString(), "hello")
	expect(t, "connections", server.connections(), 1)
}

func TestFailuresAreReportedByEveryStep(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	inputs := fields{"connection": server.connection(), "create": "true", "update": "false", "delete": "false"}
	if _, err := plugin.tryCreate(inputs.with(fields{"create": "false"})); err == nil {
		t.Error("create: no error")
	}
	state := plugin.create(inputs)
	if _, err := plugin.tryUpdate(state, inputs.with(fields{"stdin": "changed"})); err == nil {
		t.Error("update: no error")
	}
	if err := plugin.tryDelete(state); err == nil {
		t.Error("delete: no error")
	}
}

func TestStdinReachesEveryStep(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	keep := "cat >> " + server.path("notes")
	inputs := fields{"connection": server.connection(), "create": keep, "update": keep, "delete": keep}
	state := plugin.create(inputs.with(fields{"stdin": "one\n"}))
	state = plugin.update(state, inputs.with(fields{"stdin": "two\n"}))
	plugin.delete(state)
	expect(t, "notes", server.read("notes"), "one\ntwo\ntwo\n")
}

func TestPreviewOpensNoConnection(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	inputs := fields{"connection": server.connection(), "create": "echo created", "update": "echo updated"}
	planned, err := plugin.server.Create(p.CreateRequest{Urn: plugin.urn, Properties: plugin.check(inputs), DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "connections", server.connections(), 0)
	expect(t, "stdout is unknown before create", planned.Properties.Get("stdout").IsComputed(), true)

	state := plugin.create(inputs)
	update := func(inputs fields) property.Map {
		response, err := plugin.server.Update(p.UpdateRequest{
			ID: "an-id", Urn: plugin.urn, State: state, Inputs: plugin.check(inputs), DryRun: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		return response.Properties
	}
	changed := update(inputs.with(fields{"update": "echo changed"}))
	expect(t, "stdout is unknown before an update", changed.Get("stdout").IsComputed(), true)
	expect(t, "stdout is known without a change", update(inputs).Get("stdout").IsComputed(), false)
	expect(t, "connections", server.connections(), 1)
}
