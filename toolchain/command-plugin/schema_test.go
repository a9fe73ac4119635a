package main

import (
	"context"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

func TestSchemaHasWhatTheSDKSends(t *testing.T) {
	t.Parallel()
	schema, err := p.GetSchema(context.Background(), "command", version, newProvider())
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "version", schema.Version, "1.2.1")
	command, ok := schema.Resources["command:remote:Command"]
	if !ok {
		t.Fatalf("no command:remote:Command in %v", schema.Resources)
	}
	for _, input := range []string{
		"addPreviousOutputInEnv", "connection", "create", "delete", "environment", "logging", "stdin", "triggers", "update",
	} {
		_, ok := command.InputProperties[input]
		expect(t, "input "+input, ok, true)
	}
	expect(t, "inputs", len(command.InputProperties), 9)
	expect(t, "required inputs", strings.Join(command.RequiredInputs, " "), "connection")
	for name, input := range command.InputProperties {
		expect(t, name+" replaces", input.ReplaceOnChanges, name == "triggers")
		expect(t, name+" is secret", input.Secret, name == "connection")
	}
	expect(t, "properties of Connection", len(schema.Types["command:remote:Connection"].Properties), 11)
	expect(t, "properties of ProxyConnection", len(schema.Types["command:remote:ProxyConnection"].Properties), 10)
	expect(t, "values of Logging", len(schema.Types["command:remote:Logging"].Enum), 4)
}

func TestCheckFillsInDefaults(t *testing.T) {
	t.Parallel()
	plugin := startPlugin(t)
	inputs := plugin.check(fields{"connection": fields{"host": "a", "proxy": fields{"host": "b"}}})
	expect(t, "addPreviousOutputInEnv", inputs.Get("addPreviousOutputInEnv").AsBool(), true)
	connection := inputs.Get("connection").AsMap()
	for _, endpoint := range []struct {
		name string
		is   func(string) float64
		user string
	}{
		{"connection", func(n string) float64 { return connection.Get(n).AsNumber() }, connection.Get("user").AsString()},
		{"proxy", func(n string) float64 { return connection.Get("proxy").AsMap().Get(n).AsNumber() },
			connection.Get("proxy").AsMap().Get("user").AsString()},
	} {
		expect(t, endpoint.name+" user", endpoint.user, "root")
		expect(t, endpoint.name+" port", endpoint.is("port"), 22.0)
		expect(t, endpoint.name+" dialErrorLimit", endpoint.is("dialErrorLimit"), 10.0)
		expect(t, endpoint.name+" perDialTimeout", endpoint.is("perDialTimeout"), 15.0)
	}
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	plugin := startPlugin(t)
	connection := fields{"host": "a"}
	for _, wrong := range []struct {
		name             string
		inputs           fields
		property, reason string
	}{
		{"no connection", fields{"create": "true"}, "connection", "Missing required field"},
		{"no host", fields{"connection": fields{"user": "root"}}, "connection", "Missing required field 'host'"},
		{"unknown input", fields{"connection": connection, "creat": "true"}, "creat", "Unrecognized field"},
		{"unknown field of the connection", fields{"connection": connection.with(fields{"keepAlive": 1})}, "connection", "Unrecognized field 'keepAlive'"},
		{"number instead of text", fields{"connection": connection, "create": 1}, "create", "must be a 'string'"},
	} {
		response, err := plugin.server.Check(p.CheckRequest{Urn: plugin.urn, Inputs: wrong.inputs.properties()})
		if err != nil {
			t.Errorf("%s: %s", wrong.name, err)
			continue
		}
		expect(t, wrong.name+": failures", len(response.Failures), 1)
		for _, failure := range response.Failures {
			expect(t, wrong.name+": property", failure.Property, wrong.property)
			expectIn(t, wrong.name+": reason", failure.Reason, wrong.reason)
		}
	}
}

func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	inputs := fields{"connection": server.connection(), "create": "cat", "stdin": secret{"hidden"}}
	expect(t, "checked connection is secret", plugin.check(inputs).Get("connection").Secret(), true)
	created := plugin.create(inputs)
	for step, state := range map[string]property.Map{
		"created": created, "updated": plugin.update(created, inputs.with(fields{"update": "cat"})),
	} {
		expect(t, step+" connection is secret", state.Get("connection").Secret(), true)
		expect(t, step+" stdin is secret", state.Get("stdin").Secret(), true)
		expect(t, step+" create is secret", state.Get("create").Secret(), false)
		expect(t, step+" stdout is secret", state.Get("stdout").Secret(), false)
	}
}

func TestOnlyTriggersReplace(t *testing.T) {
	t.Parallel()
	plugin := startPlugin(t)
	inputs := fields{"connection": fields{"host": "a"}, "create": "true", "delete": "true"}
	changes := map[string]fields{
		"create":                 {"create": "false"},
		"update":                 {"update": "true"},
		"delete":                 {"delete": "false"},
		"stdin":                  {"stdin": "text"},
		"logging":                {"logging": "none"},
		"environment":            {"environment": fields{"A": "b"}},
		"addPreviousOutputInEnv": {"addPreviousOutputInEnv": false},
		"connection.host":        {"connection": fields{"host": "b"}},
		"connection.privateKey":  {"connection": fields{"host": "a", "privateKey": "new"}},
		"triggers":               {"triggers": []any{"new"}},
	}
	for changed, change := range changes {
		response, err := plugin.server.Diff(p.DiffRequest{
			ID: "an-id", Urn: plugin.urn, State: plugin.check(inputs), OldInputs: plugin.check(inputs),
			Inputs: plugin.check(inputs.with(change)),
		})
		if err != nil {
			t.Fatal(err)
		}
		expect(t, changed+" is a change", response.HasChanges, true)
		for path, diff := range response.DetailedDiff {
			replaces := diff.Kind == p.AddReplace || diff.Kind == p.UpdateReplace || diff.Kind == p.DeleteReplace
			expect(t, changed+" replaces by "+path, replaces, changed == "triggers")
		}
	}
}
