package remote

import (
	"context"
	"fmt"
	"net"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/retry"
	"golang.org/x/crypto/ssh"
)

// dial connects and logs in, through the proxy if there is one, and tries again as often as the connection allows.
func (c *Connection) dial(ctx context.Context) (*ssh.Client, error) {
	if c.Proxy == nil {
		return c.endpoint.dial(ctx, "Dial", nil)
	}
	proxy, err := c.Proxy.endpoint.dial(ctx, "Dial proxy", nil)
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	client, err := c.endpoint.dial(ctx, "Dial from proxy", proxy)
	if err != nil {
		proxy.Close()
		return nil, fmt.Errorf("proxy: %w", err)
	}
	return client, nil
}

// dial connects to one endpoint, from here or from another client. Whatever fails is tried again, a refused login too:
// on a host that is just starting even that is a passing state.
func (e *endpoint) dial(ctx context.Context, action string, from *ssh.Client) (*ssh.Client, error) {
	login, err := e.login()
	if err != nil {
		return nil, err
	}
	defer login.close()
	return withRetries(ctx, action, *e.DialErrorLimit, func() (*ssh.Client, error) {
		return login.dialOnce(ctx, from)
	})
}

// dialOnce opens the TCP connection, for which the time limit holds, and then logs in, which has none.
func (l *login) dialOnce(ctx context.Context, from *ssh.Client) (*ssh.Client, error) {
	open := (&net.Dialer{Timeout: l.config.Timeout}).DialContext
	if from != nil {
		open = from.DialContext
	}
	connection, err := open(ctx, "tcp", l.address)
	if err != nil {
		return nil, err
	}
	// Closing the connection is the only way to interrupt a login.
	keepOpen := context.AfterFunc(ctx, func() { connection.Close() })
	defer keepOpen()
	session, channels, requests, err := ssh.NewClientConn(connection, l.address, l.config)
	if err != nil {
		connection.Close()
		return nil, err
	}
	return ssh.NewClient(session, channels, requests), nil
}

// withRetries calls connect until it succeeds, waiting 0.1 s, then 1.5 times as long each time, at most 5 s. It gives up
// at the first failure after limit ones (so limit 10, refused at once, takes some 11 s), never with limit -1, and at
// once when ctx ends.
func withRetries(
	ctx context.Context, action string, limit int, connect func() (*ssh.Client, error),
) (*ssh.Client, error) {
	shownLimit := "inf"
	if limit >= 0 {
		shownLimit = fmt.Sprint(limit)
	}
	var client *ssh.Client
	connected, _, err := retry.Until(ctx, retry.Acceptor{Accept: func(failures int, _ time.Duration) (bool, any, error) {
		var err error
		if client, err = connect(); err == nil {
			return true, nil, nil
		}
		if limit >= 0 && failures >= limit {
			return false, nil, fmt.Errorf("after %d failed attempts: %w", failures, err)
		}
		p.GetLogger(ctx).InfoStatusf("%s %d/%s failed: retrying", action, failures+1, shownLimit)
		return false, nil, nil
	}})
	if err == nil && !connected {
		err = fmt.Errorf("%s cancelled: %w", action, ctx.Err())
	}
	return client, err
}
