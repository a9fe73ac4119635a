# reset: brings this host back to packages and runtime, so that it can join again.
# Source: https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-reset/
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/node.sh"

say "is reset"
wake_runtime
# A host that left alone has left etcd by now (step leave). Where the whole cluster goes, members must not wait for one
# another: kubeadm would ask for a quorum that is gone.
run kubeadm reset --force --skip-phases=remove-etcd-member || log_line "kubeadm reset did not end well; going on by hand"
remove_node_files
end_together_again
drop_cluster_id
