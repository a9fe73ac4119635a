package remote

import (
	"fmt"
	"net"
	"os"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// login is an endpoint made ready for dialling, as often as need be. It is to be closed when dialling is over.
type login struct {
	address string
	config  *ssh.ClientConfig
	agent   net.Conn // nil without an agent
}

// login reads keys and asks for the agent. It fails at once, without retries, on a key that cannot be read and an agent
// that cannot be reached.
func (e *endpoint) login() (*login, error) {
	l := &login{
		address: net.JoinHostPort(*e.Host, fmt.Sprint(int(*e.Port))),
		config: &ssh.ClientConfig{
			User:    *e.User,
			Timeout: time.Duration(*e.PerDialTimeout) * time.Second,
		},
	}
	if err := l.checkHostKey(e.HostKey); err != nil {
		return nil, err
	}
	if e.PrivateKey != nil {
		signer, err := parsePrivateKey(*e.PrivateKey, e.PrivateKeyPassword)
		if err != nil {
			return nil, fmt.Errorf("private key: %w", err)
		}
		l.config.Auth = append(l.config.Auth, ssh.PublicKeys(signer))
	}
	if e.Password != nil {
		l.config.Auth = append(l.config.Auth, ssh.Password(*e.Password), answerAll(*e.Password))
	}
	if socket := e.agentSocket(); socket != "" {
		var err error
		if l.agent, err = net.Dial("unix", socket); err != nil {
			return nil, fmt.Errorf("SSH agent: %w", err)
		}
		l.config.Auth = append(l.config.Auth, ssh.PublicKeysCallback(agent.NewClient(l.agent).Signers))
	}
	return l, nil
}

func (l *login) close() {
	if l.agent != nil {
		l.agent.Close()
	}
}

// checkHostKey makes the handshake fail on any other host key than the given one. A server with several keys is asked
// for the one of that type.
func (l *login) checkHostKey(expected *string) error {
	if expected == nil {
		l.config.HostKeyCallback = ssh.InsecureIgnoreHostKey()
		return nil
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(*expected))
	if err != nil {
		return fmt.Errorf("failed to parse host key: %w", err)
	}
	l.config.HostKeyCallback = only(key)
	l.config.HostKeyAlgorithms = []string{key.Type()}
	return nil
}

// only accepts one host key, and says of another what a person has to compare.
func only(expected ssh.PublicKey) ssh.HostKeyCallback {
	check := ssh.FixedHostKey(expected)
	return func(address string, remote net.Addr, shown ssh.PublicKey) error {
		err := check(address, remote, shown)
		if err == nil {
			return nil
		}
		return fmt.Errorf("%w: %s shows %s %s, expected was %s; the right one tells "+
			"'cat /etc/ssh/ssh_host_*_key.pub | ssh-keygen -lf -' on its console",
			err, address, shown.Type(), ssh.FingerprintSHA256(shown), ssh.FingerprintSHA256(expected))
	}
}

func (e *endpoint) agentSocket() string {
	if e.AgentSocketPath != nil {
		return *e.AgentSocketPath
	}
	return os.Getenv("SSH_AUTH_SOCK")
}

func parsePrivateKey(key string, passphrase *string) (ssh.Signer, error) {
	if passphrase == nil {
		return ssh.ParsePrivateKey([]byte(key))
	}
	return ssh.ParsePrivateKeyWithPassphrase([]byte(key), []byte(*passphrase))
}

// answerAll answers every question of the server with the password: servers with PAM ask for it that way.
func answerAll(password string) ssh.AuthMethod {
	return ssh.KeyboardInteractive(func(_, _ string, questions []string, _ []bool) ([]string, error) {
		answers := make([]string, len(questions))
		for i := range answers {
			answers[i] = password
		}
		return answers, nil
	})
}
