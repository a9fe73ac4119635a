package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// official is what the official plugin's schema says of inputs, a line each: name, type, and what else it says of it. Source:
// github.com/pulumi/pulumi-command, tag v1.2.1, provider/cmd/pulumi-resource-command/schema.json. Check, and Diff, follow from it:
// both plugins have pulumi-go-provider derive them from the same annotations.
var official = map[string]string{
	"command:remote:Command": `
		addPreviousOutputInEnv boolean
		connection #/types/command:remote:Connection secret required
		create string
		delete string
		environment object
		logging #/types/command:remote:Logging
		stdin string
		triggers array replaces
		update string`,
	"command:local:Command": `
		addPreviousOutputInEnv boolean
		archivePaths array
		assetPaths array
		create string
		delete string
		dir string
		environment object
		interpreter array
		logging #/types/command:local:Logging
		stdin string
		triggers array replaces
		update string`,
	"command:remote:Connection": endpointProperties + `
		proxy #/types/command:remote:ProxyConnection`,
	"command:remote:ProxyConnection": endpointProperties,
}

const endpointProperties = `
		agentSocketPath string
		dialErrorLimit integer default=10
		host string required
		hostKey string
		password string secret
		perDialTimeout integer default=15
		port number default=22
		privateKey string secret
		privateKeyPassword string secret
		user string default=root`

func TestSchemaIsTheOfficialOne(t *testing.T) {
	t.Parallel()
	ours, err := p.GetSchema(context.Background(), "command", version, newProvider())
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "version", ours.Version, "1.2.1")
	for token, expected := range official {
		properties, required := ours.Resources[token].InputProperties, ours.Resources[token].RequiredInputs
		if resource, ok := ours.Resources[token]; !ok {
			properties, required = ours.Types[token].Properties, ours.Types[token].Required
		} else {
			for name, output := range resource.Properties {
				expect(t, token+" output "+name+" is secret", output.Secret, name == "connection")
			}
		}
		expect(t, token, described(properties, required), sortedLines(expected))
	}
	for _, module := range []string{"remote", "local"} {
		var values []string
		for _, value := range ours.Types["command:"+module+":Logging"].Enum {
			values = append(values, fmt.Sprint(value.Value))
		}
		slices.Sort(values)
		expect(t, module+" values of Logging", strings.Join(values, " "), "none stderr stdout stdoutAndStderr")
	}
}

func described(properties map[string]schema.PropertySpec, required []string) string {
	var lines []string
	for name, property := range properties {
		words := []string{name, property.Type + property.Ref}
		if property.Secret {
			words = append(words, "secret")
		}
		if property.Default != nil {
			words = append(words, fmt.Sprintf("default=%v", property.Default))
		}
		if property.ReplaceOnChanges {
			words = append(words, "replaces")
		}
		if slices.Contains(required, name) {
			words = append(words, "required")
		}
		lines = append(lines, strings.Join(words, " "))
	}
	return sortedLines(strings.Join(lines, "\n"))
}

func sortedLines(text string) string {
	var lines []string
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		lines = append(lines, strings.TrimSpace(line))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// inputsOfOfficialPlugin are the inputs that the official plugin 1.2.1 keeps for a step of this program, as its Check makes them.
func inputsOfOfficialPlugin() fields {
	endpoint := fields{
		"host": "a", "user": "root", "port": 22, "dialErrorLimit": 15, "perDialTimeout": 10, "hostKey": "ssh-ed25519 AAAA",
		"privateKey": secret{"key"}, "privateKeyPassword": secret{"passphrase"}, "password": secret{"password"},
	}
	return fields{
		"create": "true", "update": "true", "stdin": secret{"text"}, "logging": "stderr", "addPreviousOutputInEnv": false,
		"connection": secret{endpoint.with(fields{"proxy": endpoint})},
	}
}

func TestAStateOfTheOfficialPluginIsUnchanged(t *testing.T) {
	t.Parallel()
	plugin := startPlugin(t)
	inputs := inputsOfOfficialPlugin().properties()
	response, err := plugin.server.Diff(p.DiffRequest{
		ID: "an-id", Urn: plugin.urn, State: inputs, OldInputs: inputs, Inputs: plugin.check(asTheProgramGivesThem()),
	})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "checked inputs", plugin.check(asTheProgramGivesThem()).GoString(), inputs.GoString())
	expect(t, "has changes", response.HasChanges, false)
}

// asTheProgramGivesThem are those inputs as they come to Check: the SDK marks the connection as a whole as secret.
func asTheProgramGivesThem() fields {
	endpoint := fields{
		"host": "a", "user": "root", "port": 22, "dialErrorLimit": 15, "perDialTimeout": 10, "hostKey": "ssh-ed25519 AAAA",
		"privateKey": "key", "privateKeyPassword": "passphrase", "password": "password",
	}
	return fields{
		"create": "true", "update": "true", "stdin": secret{"text"}, "logging": "stderr", "addPreviousOutputInEnv": false,
		"connection": secret{endpoint.with(fields{"proxy": endpoint})},
	}
}

func TestCheckFillsInDefaults(t *testing.T) {
	t.Parallel()
	plugin := startPlugin(t)
	inputs := plugin.check(fields{"connection": fields{"host": "a", "proxy": fields{"host": "b"}}})
	expect(t, "addPreviousOutputInEnv has no default", inputs.Get("addPreviousOutputInEnv").IsNull(), true)
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
