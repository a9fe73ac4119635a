import { apiServerPort, hostAndPortOf } from "../config/formats";

/** A master as the load balancer sees it. */
export interface BackEnd {
    name: string;
    /** Address or DNS name, without port. */
    address: string;
}

export interface NginxSettings {
    /** Port that the load balancer listens on. */
    port: number;
    /** A back end that does not accept in that time is passed over. */
    connectTimeoutSeconds: number;
    /** Connections without traffic live that long. */
    idleTimeoutHours: number;
}

/**
 * nginx.conf of the load balancer: plain TCP, so that TLS and client certificates end at the API servers.
 * A connection that cannot be made goes to the next back end; one that is made is never cut by a reload before it is idle
 * for longer than the time limit. Source: ngx_stream_proxy_module, ngx_stream_upstream_module.
 */
export function nginxConfiguration(
    { port, connectTimeoutSeconds, idleTimeoutHours }: NginxSettings,
    backEnds: BackEnd[],
): string {
    const servers = backEnds.map(
        (backEnd) => `        server ${apiServerAddress(backEnd)} max_fails=1 fail_timeout=2s; # ${backEnd.name}`,
    );
    return `# Written by kubeadm-ha: load balancer of the Kubernetes API servers. Changes made here are lost.
include /etc/nginx/modules-enabled/*.conf;
worker_processes auto;
worker_rlimit_nofile 65536;
worker_shutdown_timeout ${idleTimeoutHours}h;
pid /run/kubeadm-ha-load-balancer.pid;
error_log stderr warn;

events {
    worker_connections 16384;
}

stream {
    upstream kube-apiserver {
        # kubeadm-ha-health-check.service marks those that are not ready: down.
        zone kube-apiserver 64k;
        least_conn;
${servers.join("\n")}
    }

    server {
        listen ${port} so_keepalive=on;
        listen [::]:${port} so_keepalive=on;
        proxy_pass kube-apiserver;
        proxy_connect_timeout ${connectTimeoutSeconds}s;
        proxy_next_upstream on;
        proxy_timeout ${idleTimeoutHours}h;
        proxy_socket_keepalive on;
    }
}
`;
}

/** host:port of a master's API server. */
export function apiServerAddress({ address }: BackEnd): string {
    return hostAndPortOf(address, apiServerPort);
}
