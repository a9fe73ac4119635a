package main

import (
	"errors"
	"net"
	"testing"

	"golang.org/x/crypto/ssh"
)

// passwordServer stands in for sshd in the tests of passwords: a real one takes them only for accounts of the machine
// whose password the test would have to set. It answers every command with success, and ends with the test.
func passwordServer(t *testing.T, config *ssh.ServerConfig) fields {
	t.Helper()
	hostKey := newKeyPair(t)
	signer, err := ssh.ParsePrivateKey([]byte(hostKey.private))
	if err != nil {
		t.Fatal(err)
	}
	config.AddHostKey(signer)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go serve(connection, config)
		}
	}()
	return fields{
		"host": "127.0.0.1", "port": listener.Addr().(*net.TCPAddr).Port, "hostKey": hostKey.public,
		"user": "someone", "dialErrorLimit": 0,
	}
}

func serve(connection net.Conn, config *ssh.ServerConfig) {
	defer connection.Close()
	_, channels, requests, err := ssh.NewServerConn(connection, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for offered := range channels {
		channel, requests, err := offered.Accept()
		if err != nil {
			return
		}
		for request := range requests {
			request.Reply(request.Type == "exec", nil)
			if request.Type == "exec" {
				channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{0}))
				channel.Close()
			}
		}
	}
}

var errWrongPassword = errors.New("wrong password")

func TestPassword(t *testing.T) {
	t.Parallel()
	testPassword(t, passwordServer(t, &ssh.ServerConfig{
		PasswordCallback: func(who ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
			if who.User() != "someone" || string(password) != "open sesame" {
				return nil, errWrongPassword
			}
			return nil, nil
		},
	}))
}

func TestPasswordAskedForAsPAMDoes(t *testing.T) {
	t.Parallel()
	testPassword(t, passwordServer(t, &ssh.ServerConfig{
		KeyboardInteractiveCallback: func(
			_ ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge,
		) (*ssh.Permissions, error) {
			answers, err := ask("", "", []string{"Password: "}, []bool{false})
			if err != nil || len(answers) != 1 || answers[0] != "open sesame" {
				return nil, errWrongPassword
			}
			return nil, nil
		},
	}))
}

func testPassword(t *testing.T, connection fields) {
	t.Helper()
	plugin := startPlugin(t)
	plugin.create(fields{"connection": connection.with(fields{"password": "open sesame"}), "create": "anything"})
	_, err := plugin.tryCreate(fields{"connection": connection.with(fields{"password": "wrong"}), "create": "anything"})
	if err == nil {
		t.Fatal("wrong password: no error")
	}
	expectIn(t, "error", err.Error(), "unable to authenticate")
}
