# shellcheck shell=bash
# kubectl as the cluster's administrator, whose kubeconfig a host has in memory for as long as a step runs.

readonly admin_kubeconfig=/run/kubeadm-ha/admin.conf

kube() { kubectl --kubeconfig "$admin_kubeconfig" "$@"; }

# kube_within SECONDS ARGUMENT…: for what has no time limit of its own.
kube_within() { timeout "$1" kubectl --kubeconfig "$admin_kubeconfig" "${@:2}"; }

remove_admin() { rm -f "$admin_kubeconfig"; }

# wait_for_api_server KUBECONFIG: masters that have just been switched on need a while until etcd has its quorum again.
wait_for_api_server() {
  within 120 kubectl --kubeconfig "$1" --request-timeout=5s get --raw /readyz \
    || die "the API server at $ENDPOINT has not been ready for 2 minutes" "has etcd lost its quorum? Bring masters that are down back first; where they will not come back: docs/recovery.md"
}
