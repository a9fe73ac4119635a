package main

import (
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// sshd is a real OpenSSH server on a loopback port, with its own host keys, that lets the user of the tests in with one
// key. It needs the package openssh-server, but no service and no settings of the machine.
type sshd struct {
	t       *testing.T
	folder  string
	port    int
	hostKey keyPair
	userKey keyPair
	daemon  *exec.Cmd
}

// prepareSSHD chooses the port and writes keys and configuration. settings are further lines of sshd_config.
func prepareSSHD(t *testing.T, settings ...string) *sshd {
	t.Helper()
	server := &sshd{
		t: t, folder: t.TempDir(), port: freePort(t), hostKey: newKeyPair(t), userKey: newKeyPair(t),
	}
	server.authorize(server.userKey)
	configuration := append([]string{
		"ListenAddress 127.0.0.1:" + strconv.Itoa(server.port),
		"HostKey " + newECDSAKeyPair(t).save(t, server.folder, "host_ecdsa"),
		"HostKey " + server.hostKey.save(t, server.folder, "host_ed25519"),
		"AuthorizedKeysFile " + filepath.Join(server.folder, "authorized_keys"),
		"PidFile none",
		"LogLevel VERBOSE",
		"StrictModes no", // the folder of the tests may be below one that others write to
		"UsePAM no",
		"PasswordAuthentication no",
		"KbdInteractiveAuthentication no",
		"PermitRootLogin yes",
		"MaxStartups 100",
	}, settings...)
	server.write("sshd_config", strings.Join(configuration, "\n")+"\n")
	return server
}

func startSSHD(t *testing.T, settings ...string) *sshd {
	t.Helper()
	server := prepareSSHD(t, settings...)
	server.start()
	return server
}

// start returns when the server takes connections. The one that finds out is in the log like any other.
func (s *sshd) start() {
	s.t.Helper()
	if os.Geteuid() == 0 {
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil { // root's sshd insists on it; its service makes it elsewhere
			s.t.Fatal(err)
		}
	}
	s.daemon = exec.Command("/usr/sbin/sshd", "-D", "-f", s.path("sshd_config"), "-E", s.path("log"))
	if err := s.daemon.Start(); err != nil {
		s.t.Fatalf("these tests need OpenSSH's server (Debian package openssh-server): %s", err)
	}
	s.t.Cleanup(func() {
		s.daemon.Process.Kill()
		s.daemon.Wait()
		if s.t.Failed() {
			s.t.Logf("log of sshd:\n%s", s.log())
		}
	})
	eventually(s.t, "sshd listens", func() bool { return strings.Contains(s.log(), "Server listening on") })
}

func (s *sshd) authorize(keys ...keyPair) {
	lines := []string{}
	for _, key := range keys {
		lines = append(lines, key.public)
	}
	s.write("authorized_keys", strings.Join(lines, "\n")+"\n")
}

// connection is how to log in, with the host key checked.
func (s *sshd) connection() fields {
	return fields{
		"host": "127.0.0.1", "port": s.port, "user": currentUser(s.t), "dialErrorLimit": 0,
		"privateKey": s.userKey.private, "hostKey": s.hostKey.public,
	}
}

// connections counts the TCP connections that came since the start.
func (s *sshd) connections() int {
	return len(regexp.MustCompile(`(?m)^Connection from `).FindAllString(s.log(), -1))
}

// logins counts the connections that got as far as being let in.
func (s *sshd) logins() int {
	return len(regexp.MustCompile(`(?m)^Accepted publickey for `).FindAllString(s.log(), -1))
}

func (s *sshd) log() string { return s.read("log") }

func (s *sshd) path(name string) string { return filepath.Join(s.folder, name) }

// read is the text of a file in the server's folder, empty while there is none.
func (s *sshd) read(name string) string {
	text, err := os.ReadFile(s.path(name))
	if err != nil && !os.IsNotExist(err) {
		s.t.Fatal(err)
	}
	return string(text)
}

func (s *sshd) exists(name string) bool {
	_, err := os.Stat(s.path(name))
	return err == nil
}

// waitFor is a command that lasts until the test writes a file. It ends by itself when the test never does.
func (s *sshd) waitFor(name string) string {
	return "timeout 20 sh -c 'until test -e " + s.path(name) + "; do sleep 0.05; done'"
}

func (s *sshd) write(name, text string) {
	if err := os.WriteFile(s.path(name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func currentUser(t *testing.T) string {
	t.Helper()
	current, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	return current.Username
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}
