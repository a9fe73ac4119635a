# found: `kubeadm init`, once in the cluster's life.
# Source: https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-init/
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/existing-cluster.sh"
. "$STEP_LIB/node.sh"
. "$STEP_LIB/receive.sh"
. "$STEP_LIB/control-plane-files.sh"
. "$STEP_LIB/kubelet.sh"
. "$STEP_LIB/serving-certificate.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf

readonly admin=/etc/kubernetes/admin.conf

# Tokens are how others join with kubeadm; here every host has an identity of its own, so none is left behind.
delete_bootstrap_tokens() {
  run kubectl --kubeconfig "$admin" --namespace kube-system delete secret --field-selector type=bootstrap.kubernetes.io/token
}

endpoint_ready() { run kubectl --kubeconfig "$admin" --request-timeout=5s get --raw /readyz; }

receive_file
refuse_other_cluster
if is_joined; then
  say "the cluster has been founded here already"
  exit 0
fi
refuse_foreign
receive_init_settings
refuse_other_init_host
if ! attempt_finished; then
  receive_file # the places to ask
  refuse_existing_cluster master
  if attempt_cut_off; then
    say "clears away a founding that was cut off"
    clear_node
  fi
  refuse_existing_cluster endpoint # not before: it may lead to what this host's own attempt has left
  mark_attempt begun
  receive_files
  sign_serving_certificate
  place_control_plane_files "$wanted_control_plane_files"
  # kubeadm init itself only warns of fields that it does not know.
  run kubeadm config validate --config /run/kubeadm-ha/init.yaml \
    || die "kubeadm does not accept what 'kubeadm' of the configuration says" "set right the field that the lines above tell, then run 'pulumi up' again"
  say "founds the cluster (kubeadm init)"
  run kubeadm init --config /run/kubeadm-ha/init.yaml --skip-token-print || die "kubeadm init ended with status $?"
  mark_attempt finished
fi
rm -f /run/kubeadm-ha/init.yaml
wait_until 120 "the API server of this host answers /readyz" api_server_ready
wait_until 120 "the endpoint $ENDPOINT answers /readyz" endpoint_ready
# Nothing needs it any more, and whoever has it may do everything, whatever the cluster's rules say.
[ "${EXTERNAL_CA:-no}" = no ] || rm -f /etc/kubernetes/super-admin.conf
delete_bootstrap_tokens || die "the bootstrap token that kubeadm init makes could not be deleted"
mark_joined
say "the cluster is founded"
