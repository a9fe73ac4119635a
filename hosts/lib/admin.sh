# shellcheck shell=bash
# kubectl as the cluster's administrator, whose kubeconfig a host has in memory for as long as a step runs.

readonly admin_kubeconfig=/run/kubeadm-ha/admin.conf

kube() { kubectl --kubeconfig "$admin_kubeconfig" "$@"; }

# kube_within SECONDS ARGUMENT…: for what has no time limit of its own.
kube_within() { timeout "$1" kubectl --kubeconfig "$admin_kubeconfig" "${@:2}"; }

remove_admin() { rm -f "$admin_kubeconfig"; }
