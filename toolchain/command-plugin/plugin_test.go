package main

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/blang/semver"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/integration"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

func TestMain(m *testing.M) {
	os.Unsetenv("SSH_AUTH_SOCK") // the agent of whoever runs the tests must not log in for them
	recordLogs()
	os.Exit(m.Run())
}

// fields are inputs or outputs of a resource as a test writes them.
type fields map[string]any

// with is a copy of the fields with some added or replaced.
func (f fields) with(others fields) fields {
	all := fields{}
	for _, part := range []fields{f, others} {
		for name, value := range part {
			all[name] = value
		}
	}
	return all
}

func (f fields) properties() property.Map {
	return asProperty(f).AsMap()
}

// secret marks a value as an engine marks a secret.
type secret struct{ value any }

func asProperty(value any) property.Value {
	switch value := value.(type) {
	case string:
		return property.New(value)
	case bool:
		return property.New(value)
	case int:
		return property.New(float64(value))
	case secret:
		return asProperty(value.value).WithSecret(true)
	case []any:
		items := make([]property.Value, len(value))
		for i := range value {
			items[i] = asProperty(value[i])
		}
		return property.New(items)
	case fields:
		properties := map[string]property.Value{}
		for name := range value {
			properties[name] = asProperty(value[name])
		}
		return property.New(properties)
	}
	panic(fmt.Sprintf("asProperty: %T is not provided for", value))
}

// plugin is a plugin of a test's own, asked as the engine asks: every step's inputs go through Check first.
type plugin struct {
	t      *testing.T
	server integration.Server
	urn    resource.URN
}

func startPlugin(t *testing.T) *plugin {
	t.Helper()
	server, err := integration.NewServer(context.Background(), "command", semver.MustParse(version),
		integration.WithProvider(newProvider()))
	if err != nil {
		t.Fatal(err)
	}
	return &plugin{t, server, resource.NewURN("test", "tests", "", "command:remote:Command", t.Name())}
}

func (plugin *plugin) check(inputs fields) property.Map {
	plugin.t.Helper()
	response, err := plugin.server.Check(p.CheckRequest{Urn: plugin.urn, Inputs: inputs.properties()})
	if err != nil || len(response.Failures) > 0 {
		plugin.t.Fatalf("check: %v %v", err, response.Failures)
	}
	return response.Inputs
}

func (plugin *plugin) tryCreate(inputs fields) (property.Map, error) {
	plugin.t.Helper()
	response, err := plugin.server.Create(p.CreateRequest{Urn: plugin.urn, Properties: plugin.check(inputs)})
	return response.Properties, err
}

func (plugin *plugin) create(inputs fields) property.Map {
	plugin.t.Helper()
	state, err := plugin.tryCreate(inputs)
	if err != nil {
		plugin.t.Fatalf("create: %s", err)
	}
	return state
}

func (plugin *plugin) tryUpdate(state property.Map, inputs fields) (property.Map, error) {
	plugin.t.Helper()
	response, err := plugin.server.Update(p.UpdateRequest{
		ID: "an-id", Urn: plugin.urn, State: state, Inputs: plugin.check(inputs),
	})
	return response.Properties, err
}

func (plugin *plugin) update(state property.Map, inputs fields) property.Map {
	plugin.t.Helper()
	updated, err := plugin.tryUpdate(state, inputs)
	if err != nil {
		plugin.t.Fatalf("update: %s", err)
	}
	return updated
}

func (plugin *plugin) tryDelete(state property.Map) error {
	return plugin.server.Delete(p.DeleteRequest{ID: "an-id", Urn: plugin.urn, Properties: state})
}

func (plugin *plugin) delete(state property.Map) {
	plugin.t.Helper()
	if err := plugin.tryDelete(state); err != nil {
		plugin.t.Fatalf("delete: %s", err)
	}
}
