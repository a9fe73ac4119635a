package main

import (
	"slices"
	"strings"
	"testing"
)

func TestFailureTellsCommandStatusAndOutputButNotStdin(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	command := "cat > /dev/null; echo to stdout; echo to stderr >&2; exit 3"
	_, err := plugin.tryCreate(fields{
		"connection": server.connection(), "create": command, "stdin": "the secret", "logging": "none",
	})
	if err == nil {
		t.Fatal("no error")
	}
	start, output, _ := strings.Cut(err.Error(), "\n")
	expect(t, "first line", start, `Process exited with status 3: running "`+command+`":`)
	expectIn(t, "output", output, "to stdout\n")
	expectIn(t, "output", output, "to stderr\n")
	expect(t, "stdin is in the text", strings.Contains(err.Error(), "the secret"), false)
}

func TestFailureByASignalNamesIt(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	_, err := plugin.tryCreate(fields{"connection": server.connection(), "create": "kill -TERM $$"})
	if err == nil {
		t.Fatal("no error")
	}
	expectIn(t, "error", err.Error(), "signal TERM")
}

func TestOutputsLoseOneLineEndOnly(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	state := plugin.create(fields{
		"connection": server.connection(), "create": `printf ' two\n\n'; printf 'no end' >&2`,
	})
	expect(t, "stdout", state.Get("stdout").AsString(), " two\n")
	expect(t, "stderr", state.Get("stderr").AsString(), "no end")
}

func TestLoggingShowsWhatIsAskedForAndKeepsAll(t *testing.T) {
	t.Parallel()
	server := startSSHD(t)
	for logging, expected := range map[string][]string{
		"":                {"err", "out 1", "out 2"},
		"stdoutAndStderr": {"err", "out 1", "out 2"},
		"stdout":          {"out 1", "out 2"},
		"stderr":          {"err"},
		"none":            {},
	} {
		t.Run("mode "+logging, func(t *testing.T) {
			plugin := startPlugin(t)
			inputs := fields{
				"connection": server.connection(),
				"create":     `echo 'out 1'; echo err >&2; printf 'out 2'`,
			}
			if logging != "" {
				inputs["logging"] = logging
			}
			state := plugin.create(inputs)
			logged := plugin.logged()
			slices.Sort(logged) // the two streams come in any order
			expect(t, "logged", strings.Join(logged, "; "), strings.Join(expected, "; "))
			expect(t, "stdout", state.Get("stdout").AsString(), "out 1\nout 2")
			expect(t, "stderr", state.Get("stderr").AsString(), "err")
		})
	}
}

func TestLinesAreShownWhileTheCommandRuns(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, err := plugin.tryCreate(fields{
			"connection": server.connection(),
			"create":     "echo begun; " + server.waitFor("go-on"),
		})
		if err != nil {
			t.Error(err)
		}
	}()
	eventually(t, "the first line is logged", func() bool { return len(plugin.logged()) == 1 })
	server.write("go-on", "")
	<-ended
}

func TestALineOfAnyLengthIsLogged(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	state := plugin.create(fields{"connection": server.connection(), "create": "head -c 200000 /dev/zero | tr '\\0' x"})
	long := strings.Repeat("x", 200000)
	expect(t, "stdout is whole", state.Get("stdout").AsString() == long, true)
	logged := plugin.logged()
	expect(t, "logged lines", len(logged), 1)
	expect(t, "logged line is whole", logged[0] == long, true)
}

func TestEnvironmentNeedsAcceptEnv(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t, "AcceptEnv GREETING"), startPlugin(t)
	inputs := fields{"connection": server.connection(), "create": `echo "$GREETING"; touch ` + server.path("ran")}
	state := plugin.create(inputs.with(fields{"environment": fields{"GREETING": "hello"}}))
	expect(t, "stdout", state.Get("stdout").AsString(), "hello")

	refused := inputs.with(fields{"environment": fields{"OTHER": "hello"}, "create": "touch " + server.path("wrong")})
	_, err := plugin.tryCreate(refused)
	if err == nil {
		t.Fatal("a refused variable: no error")
	}
	expectIn(t, "error", err.Error(), `could not set environment variable "OTHER"`)
	expectIn(t, "advice", strings.Join(plugin.logged(), "\n"), "AcceptEnv")
	expect(t, "with a refused variable", server.exists("wrong"), false)
}

func TestPreviousOutputIsHandedOn(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t, "AcceptEnv PULUMI_COMMAND_*"), startPlugin(t)
	show := `echo "before: $PULUMI_COMMAND_STDOUT, $PULUMI_COMMAND_STDERR"`
	inputs := fields{
		"connection": server.connection(), "create": "echo out; echo err >&2", "update": show,
		"delete": show + " > " + server.path("notes"),
	}
	created := plugin.create(inputs)
	updated := plugin.update(created, inputs.with(fields{"stdin": "changed"}))
	expect(t, "stdout", updated.Get("stdout").AsString(), "before: out, err")
	plugin.delete(updated)
	expect(t, "notes", server.read("notes"), "before: before: out, err, \n")

	without := plugin.update(created, inputs.with(fields{"addPreviousOutputInEnv": false}))
	expect(t, "stdout without", without.Get("stdout").AsString(), "before: , ")
}

func TestRefusedPreviousOutputIsOnlyAWarning(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	inputs := fields{"connection": server.connection(), "create": "echo out", "update": "true"}
	state := plugin.create(inputs)
	plugin.update(state, inputs.with(fields{"stdin": "changed"}))
	expectIn(t, "warning", strings.Join(plugin.logged(), "\n"), "Unable to set 'PULUMI_COMMAND_STDOUT'")
}
