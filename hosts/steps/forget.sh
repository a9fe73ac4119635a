# forget: takes a node that is lost out of the cluster, from this master: its etcd member, then its Node. Never connects to
# the lost host, and refuses one that is alive. This master may be one that has not joined yet.
# Source: https://etcd.io/docs/latest/op-guide/runtime-configuration/ (replace a failed member)
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/etcd.sh"
. "$STEP_LIB/admin.sh"
. "$STEP_LIB/receive.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf

readonly whom=/run/kubeadm-ha/forget.conf

refuse_living() {
  local ready
  ready=$(kube --request-timeout=30s get node "$LOST_NODE" --ignore-not-found --output "jsonpath={.status.conditions[?(@.type=='Ready')].status}")
  [ "$ready" != True ] \
    || die "$LOST_NODE is declared lost, but its node is Ready" \
      "if it has just died, wait a minute and run 'pulumi up' again; if it lives, take 'lost' away and its entry too: then it leaves by itself"
}

trap 'rm -f "$whom" && remove_admin' EXIT
receive_files
# shellcheck source=/dev/null
. "$whom"
refuse_living
if [ "$ETCD" = stacked ]; then
  find_etcd
  forget_member "$LOST_NODE" "$LOST_ADDRESS"
fi
run kube --request-timeout=30s delete node "$LOST_NODE" --ignore-not-found || die "the Node $LOST_NODE could not be deleted"
say "$LOST_NODE is out of the cluster"
