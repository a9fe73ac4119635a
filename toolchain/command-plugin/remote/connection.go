package remote

import "github.com/pulumi/pulumi-go-provider/infer"

// Connection says how to reach a host: directly, or through a proxy.
type Connection struct {
	endpoint
	Proxy *ProxyConnection `pulumi:"proxy,optional"`
}

// ProxyConnection says how to reach the bastion host that a Connection goes through.
type ProxyConnection struct{ endpoint }

// endpoint is one SSH server and how to log in there. Nothing of it is nil after the engine's Check, except what has no
// default: password, keys, agent socket.
type endpoint struct {
	User               *string  `pulumi:"user,optional"`
	Password           *string  `pulumi:"password,optional" provider:"secret"`
	Host               *string  `pulumi:"host"`
	Port               *float64 `pulumi:"port,optional"`
	PrivateKey         *string  `pulumi:"privateKey,optional" provider:"secret"`
	PrivateKeyPassword *string  `pulumi:"privateKeyPassword,optional" provider:"secret"`
	AgentSocketPath    *string  `pulumi:"agentSocketPath,optional"`
	DialErrorLimit     *int     `pulumi:"dialErrorLimit,optional"`
	PerDialTimeout     *int     `pulumi:"perDialTimeout,optional"`
	HostKey            *string  `pulumi:"hostKey,optional"`
}

// Annotate describes the connection in the schema and gives it its defaults.
func (c *Connection) Annotate(a infer.Annotator) {
	a.Describe(&c, "How to connect to a host.")
	a.Describe(&c.Proxy, "The bastion host to go through.")
	c.endpoint.annotate(a)
}

// Annotate describes the proxy connection in the schema and gives it its defaults.
func (c *ProxyConnection) Annotate(a infer.Annotator) {
	a.Describe(&c, "How to connect to a bastion host.")
	c.endpoint.annotate(a)
}

func (e *endpoint) annotate(a infer.Annotator) {
	a.Describe(&e.User, "The user to log in as. Defaults to root.")
	a.SetDefault(&e.User, "root")
	a.Describe(&e.Password, "The password of the user.")
	a.Describe(&e.Host, "The address of the host.")
	a.Describe(&e.Port, "The port of the SSH server. Defaults to 22.")
	a.SetDefault(&e.Port, 22)
	a.Describe(&e.PrivateKey, "The private key itself, not its path. It is tried before the password.")
	a.Describe(&e.PrivateKeyPassword, "The passphrase of the private key.")
	a.Describe(&e.AgentSocketPath, "The socket of an SSH agent. Defaults to the environment variable SSH_AUTH_SOCK.")
	a.Describe(&e.DialErrorLimit, "How many failed attempts to connect are followed by another. -1: no limit. Defaults to 10.")
	a.SetDefault(&e.DialErrorLimit, 10)
	a.Describe(&e.PerDialTimeout, "Seconds for each attempt to open the TCP connection. 0: no limit. Defaults to 15.")
	a.SetDefault(&e.PerDialTimeout, 15)
	a.Describe(&e.HostKey, "The host's public key, as in authorized_keys. Without it, any host key is accepted.")
}
