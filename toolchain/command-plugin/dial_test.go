package main

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

func TestDialsAgainUntilThePortOpens(t *testing.T) {
	t.Parallel()
	server, plugin := prepareSSHD(t), startPlugin(t)
	created := make(chan error)
	go func() {
		_, err := plugin.tryCreate(fields{
			"connection": server.connection().with(fields{"dialErrorLimit": 10}), "create": "true", "logging": "none",
		})
		created <- err
	}()
	time.Sleep(time.Second)
	server.start()
	if err := <-created; err != nil {
		t.Fatal(err)
	}
	logged := plugin.logged()
	if len(logged) < 4 {
		t.Fatalf("logged %q, expected some 5 retries", logged)
	}
	expect(t, "first retry", logged[0], "Dial 1/10 failed: retrying")
	expect(t, "second retry", logged[1], "Dial 2/10 failed: retrying")
}

func TestGivesUpAfterTheDialErrorLimit(t *testing.T) {
	t.Parallel()
	server, plugin := prepareSSHD(t), startPlugin(t)
	began := time.Now()
	_, err := plugin.tryCreate(fields{
		"connection": server.connection().with(fields{"dialErrorLimit": 5}), "create": "true",
	})
	took := time.Since(began)
	if err == nil {
		t.Fatal("no error")
	}
	expect(t, "error", err.Error(), fmt.Sprintf(
		"after 5 failed attempts: dial tcp 127.0.0.1:%d: connect: connection refused", server.port))
	var waited time.Duration // 0.1 + 0.15 + 0.225 + …
	for wait, i := 100*time.Millisecond, 0; i < 5; wait, i = wait*3/2, i+1 {
		waited += wait
	}
	if took < waited || took > waited+5*time.Second {
		t.Errorf("took %s, expected a little more than %s", took, waited)
	}
	expect(t, "retries", len(plugin.logged()), 5)
}

func TestARefusedLoginIsTriedAgainToo(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	_, err := plugin.tryCreate(fields{
		"connection": server.connection().with(fields{"privateKey": newKeyPair(t).private, "dialErrorLimit": 2}),
		"create":     "true",
	})
	if err == nil {
		t.Fatal("no error")
	}
	expectIn(t, "error", err.Error(), "after 2 failed attempts: ssh: handshake failed: ssh: unable to authenticate")
	expect(t, "connections", server.connections(), 3)
}

func TestProxyRetriesAreItsOwn(t *testing.T) {
	t.Parallel()
	host, bastion, plugin := prepareSSHD(t), startSSHD(t), startPlugin(t)
	_, err := plugin.tryCreate(fields{
		"connection": host.connection().with(fields{"dialErrorLimit": 2, "proxy": bastion.connection()}), "create": "true",
	})
	if err == nil {
		t.Fatal("no error")
	}
	expectIn(t, "error", err.Error(), "proxy: after 2 failed attempts:")
	expect(t, "logged", strings.Join(plugin.logged(), "; "),
		"Dial from proxy 1/2 failed: retrying; Dial from proxy 2/2 failed: retrying")
	expect(t, "logins at the bastion", bastion.logins(), 1)
}

// cancelDuring cancels all that the plugin does as soon as begun is true, and expects the create to end soon after.
func cancelDuring(t *testing.T, connection fields, begun func(*plugin) bool) {
	t.Helper()
	plugin := startPlugin(t)
	created := make(chan error)
	go func() {
		_, err := plugin.tryCreate(fields{"connection": connection, "create": "true"})
		created <- err
	}()
	eventually(t, "dialling has begun", func() bool { return begun(plugin) })
	if err := plugin.server.Cancel(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-created:
		if err == nil {
			t.Fatal("no error")
		}
		expectIn(t, "error", err.Error(), "context canceled")
	case <-time.After(2 * time.Second):
		t.Fatal("2 s after the cancel create has not ended")
	}
}

func TestCancelBetweenTwoDials(t *testing.T) {
	t.Parallel()
	connection := prepareSSHD(t).connection().with(fields{"dialErrorLimit": -1})
	cancelDuring(t, connection, func(plugin *plugin) bool { return len(plugin.logged()) > 5 })
}

func TestCancelWhileTheServerKeepsSilent(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	greeted := make(chan net.Conn, 1)
	go func() {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		if _, err := connection.Read(make([]byte, 1)); err == nil { // the client's greeting: the login has begun
			greeted <- connection
		}
	}()
	connection := fields{"host": "127.0.0.1", "port": listener.Addr().(*net.TCPAddr).Port, "dialErrorLimit": -1}
	cancelDuring(t, connection, func(*plugin) bool { return len(greeted) == 1 })
}

func TestCancelDoesNotInterruptARunningCommand(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	type result struct {
		state property.Map
		err   error
	}
	created := make(chan result)
	go func() {
		state, err := plugin.tryCreate(fields{
			"connection": server.connection(), "create": "echo begun; " + server.waitFor("go-on") + "; echo ended",
		})
		created <- result{state, err}
	}()
	eventually(t, "the command runs", func() bool { return len(plugin.logged()) > 0 })
	if err := plugin.server.Cancel(); err != nil {
		t.Fatal(err)
	}
	server.write("go-on", "")
	end := <-created
	if end.err != nil {
		t.Fatal(end.err)
	}
	expect(t, "stdout", end.state.Get("stdout").AsString(), "begun\nended")
}
