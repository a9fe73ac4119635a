# shellcheck shell=bash
# What this host's etcd member tells of itself in its metrics: also without a quorum, when it serves no client after a restart.

readonly etcd_manifest=/etc/kubernetes/manifests/etcd.yaml

raft_metrics() {
  local url
  url=$(sed -n 's/^ *- --listen-metrics-urls=\([^,]*\).*/\1/p' "$etcd_manifest")
  curl --silent --insecure --max-time 5 --fail "$url/metrics"
}

# Only a quorum has a leader. (etcd's own health says no as well where it only has no space left.)
has_leader() { [[ $'\n'$(raft_metrics) == *$'\netcd_server_has_leader 1\n'* ]]; }

# Of the last entry that the member knows to be committed; after a restart it tells only of what it has applied.
raft_index() {
  raft_metrics | awk '/^etcd_server_proposals_(committed|applied)_total / && $2 > highest { highest = $2 } END { printf "%d", highest }'
}
