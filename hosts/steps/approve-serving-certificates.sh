# approve-serving-certificates: on a master, for the workers that have joined: their kubelets get the serving certificates that
# they ask for. Those of nodes that live are renewed by `maintain`.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/admin.sh"
. "$STEP_LIB/receive.sh"
. "$STEP_LIB/serving-certificate.sh"

# Says on a Node that its kubelet has once had one, so that a host which is off later stops nobody.
readonly annotation=kubeadm-ha/serving-certificate

# "NAME PORT READY ANNOTATION", a line for each node.
nodes_of_cluster() {
  kube --request-timeout=60s get nodes --output \
    "jsonpath={range .items[*]}{.metadata.name} {.status.daemonEndpoints.kubeletEndpoint.Port} {.status.conditions[?(@.type==\"Ready\")].status} {.metadata.annotations.$annotation}{\"\\n\"}{end}"
}

# certify NAME ADDRESS
certify() {
  local _ port ready seen
  read -r _ port ready seen <<<"$(grep "^$1 " <<<"$nodes" || true)"
  if [ "$ready" != True ] && [ -n "$seen" ]; then
    say "leaves out $1, which is not Ready"
    return
  fi
  approve_until "$1" "$2" shows_certificate "$2" "${port:-10250}"
  [ -n "$seen" ] || run kube annotate node "$1" --overwrite "$annotation=approved" || die "the Node $1 could not be annotated"
}

# shows_certificate ADDRESS PORT: for that address, signed by the cluster.
shows_certificate() { curl --silent --max-time 5 --output /dev/null --cacert "$cluster_ca" "https://$1:$2/"; }

trap remove_admin EXIT
receive_files
nodes=$(nodes_of_cluster) || die "the cluster's nodes cannot be read"
while read -r name address <&3; do certify "$name" "$address"; done 3<"$serving_nodes"
say "the workers' kubelets have serving certificates of the cluster's"
