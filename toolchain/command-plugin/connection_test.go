package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestWrongHostKeyIsRefusedAndNothingRuns(t *testing.T) {
	t.Parallel()
	server, plugin, wrong := startSSHD(t), startPlugin(t), newKeyPair(t)
	_, err := plugin.tryCreate(fields{
		"connection": server.connection().with(fields{"hostKey": wrong.public}),
		"create":     "touch " + server.path("ran"),
	})
	if err == nil {
		t.Fatal("no error")
	}
	expectIn(t, "error", err.Error(), "ssh: host key mismatch: 127.0.0.1:"+strconv.Itoa(server.port)+" shows ssh-ed25519 "+
		server.hostKey.fingerprint(t)+", expected was "+wrong.fingerprint(t))
	expect(t, "the command ran", server.exists("ran"), false)
	expect(t, "logins", server.logins(), 0)
}

// The server of these tests has two host keys, and the one checked here is not the one that a client prefers.
func TestRightHostKeyIsAccepted(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	plugin.create(fields{"connection": server.connection(), "create": "true"})
}

func TestWithoutHostKeyAnyServerIsTrusted(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	connection := server.connection()
	delete(connection, "hostKey")
	plugin.create(fields{"connection": connection, "create": "true"})
}

func TestUnreadableKeysFailAtOnce(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	encrypted := newKeyPairWithPassphrase(t, "right")
	for expected, change := range map[string]fields{
		"failed to parse host key":                 {"hostKey": "no key"},
		"private key: ssh: no key found":           {"privateKey": "no key"},
		"this private key is passphrase protected": {"privateKey": encrypted.private},
		"decryption password incorrect":            {"privateKey": encrypted.private, "privateKeyPassword": "wrong"},
		"SSH agent: dial unix":                     {"agentSocketPath": server.path("no-such-socket")},
	} {
		_, err := plugin.tryCreate(fields{
			"connection": server.connection().with(fields{"dialErrorLimit": -1}).with(change), "create": "true",
		})
		if err == nil {
			t.Errorf("%s: no error", expected)
			continue
		}
		expectIn(t, "error", err.Error(), expected)
	}
	expect(t, "connections", server.connections(), 0)
}

func TestKeyWithPassphrase(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	key := newKeyPairWithPassphrase(t, "open sesame")
	server.authorize(key)
	plugin.create(fields{
		"connection": server.connection().with(fields{"privateKey": key.private, "privateKeyPassword": "open sesame"}),
		"create":     "true",
	})
}

// startAgent starts a real ssh-agent that holds one key, and returns its socket.
func startAgent(t *testing.T, key keyPair) string {
	t.Helper()
	folder := t.TempDir()
	socket := filepath.Join(folder, "agent")
	agent := exec.Command("ssh-agent", "-D", "-a", socket)
	if err := agent.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		agent.Process.Kill()
		agent.Wait()
	})
	eventually(t, "the agent listens", func() bool {
		_, err := os.Stat(socket)
		return err == nil
	})
	add := exec.Command("ssh-add", "-q", key.save(t, folder, "key"))
	add.Env = append(os.Environ(), "SSH_AUTH_SOCK="+socket)
	if said, err := add.CombinedOutput(); err != nil {
		t.Fatalf("ssh-add: %s\n%s", err, said)
	}
	return socket
}

func TestAgentGivenAsInput(t *testing.T) {
	t.Parallel()
	server, plugin := startSSHD(t), startPlugin(t)
	connection := server.connection().with(fields{"agentSocketPath": startAgent(t, server.userKey)})
	delete(connection, "privateKey")
	plugin.create(fields{"connection": connection, "create": "true"})
}

func TestAgentFromTheEnvironment(t *testing.T) { // not parallel: the environment is everyone's
	server, plugin := startSSHD(t), startPlugin(t)
	connection := server.connection()
	delete(connection, "privateKey")
	inputs := fields{"connection": connection, "create": "true"}
	if _, err := plugin.tryCreate(inputs); err == nil {
		t.Fatal("without key and agent: no error")
	}
	t.Setenv("SSH_AUTH_SOCK", startAgent(t, server.userKey))
	plugin.create(inputs)
}

func TestProxyIsGoneThrough(t *testing.T) {
	t.Parallel()
	host, bastion, plugin := startSSHD(t), startSSHD(t), startPlugin(t)
	state := plugin.create(fields{
		"connection": host.connection().with(fields{"proxy": bastion.connection()}),
		"create":     `echo "${SSH_CONNECTION##* }"`,
	})
	expect(t, "port that the command came in by", state.Get("stdout").AsString(), strconv.Itoa(host.port))
	expect(t, "logins at the bastion", bastion.logins(), 1)
	expect(t, "logins at the host", host.logins(), 1)
	expect(t, "commands at the bastion", strings.Contains(bastion.log(), "Starting session"), false)
}

func TestNothingGoesPastTheProxy(t *testing.T) {
	t.Parallel()
	host, bastion, plugin := startSSHD(t), startSSHD(t, "PermitOpen none"), startPlugin(t)
	_, err := plugin.tryCreate(fields{
		"connection": host.connection().with(fields{"proxy": bastion.connection()}), "create": "true",
	})
	if err == nil {
		t.Fatal("no error from a bastion that forwards nothing")
	}
	expectIn(t, "error", err.Error(), "administratively prohibited")
	expect(t, "connections at the host", host.connections(), 0)
}

func TestHostKeysAreCheckedOnBothSidesOfAProxy(t *testing.T) {
	t.Parallel()
	host, bastion, plugin := startSSHD(t), startSSHD(t), startPlugin(t)
	wrong := fields{"hostKey": newKeyPair(t).public}
	for side, connection := range map[string]fields{
		"bastion": host.connection().with(fields{"proxy": bastion.connection().with(wrong)}),
		"host":    host.connection().with(wrong).with(fields{"proxy": bastion.connection()}),
	} {
		_, err := plugin.tryCreate(fields{"connection": connection, "create": "touch " + host.path("ran")})
		if err == nil {
			t.Errorf("wrong key of the %s: no error", side)
			continue
		}
		expectIn(t, side, err.Error(), "proxy: after 0 failed attempts:")
		expectIn(t, side, err.Error(), "ssh: host key mismatch")
	}
	expect(t, "the command ran", host.exists("ran"), false)
}
