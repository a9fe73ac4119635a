# follow-addons VERSION SETTINGS: CoreDNS and kube-proxy as kubeadm has them with the cluster's version and settings, now that all
# masters have both: kube-proxy may not be newer than an API server. With the last master kubeadm has upgraded them already,
# unless a master that is about to leave is still of the former version. Both arguments are for the plan.
# Source: https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-init-phase/#cmd-phase-addon,
#         https://kubernetes.io/releases/version-skew-policy/
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/admin.sh"
. "$STEP_LIB/comparison.sh"
. "$STEP_LIB/given-certificates.sh"
. "$STEP_LIB/kubeadm-phase.sh"
. "$STEP_LIB/notes.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf

readonly configuration=/etc/kubeadm-ha/kubeadm.yaml

# follow NAME KIND: where the cluster has it. It is compared first: kubeadm would restart pods that somebody has restarted.
# A note tells, should the step be cut off in between, that the pods have yet to be restarted.
follow() {
  local wanted present
  present=$(kube --request-timeout=30s --namespace kube-system get "$2/$1" --ignore-not-found --output json 2>>"$STEP_LOG") \
    || die "the API server at $ENDPOINT does not say whether there is $1"
  [ -n "$present" ] || return 0
  wanted=$(kubeadm init phase addon "$1" --print-manifest --config "$configuration" 2>>"$STEP_LOG") || die "kubeadm does not tell what $1 should be"
  # Images, and of kube-proxy its settings; CoreDNS' belong to the cluster.
  if ! noted "restart-$1" && [ "$(images <<<"$present")" = "$(document "$2" <<<"$wanted" | images)" ]; then
    [ "$1" = kube-proxy ] || return 0
    [ "$(kube_proxy_settings)" != "$(document ConfigMap <<<"$wanted" | kubectl_local '{.data}')" ] || return 0
  fi
  say "$1 gets what kubeadm has for the cluster's version and settings"
  note "restart-$1"
  kubeadm_phase "$configuration" addon "$1"
  run kube --namespace kube-system rollout restart "$2/$1" || die "$1 could not be restarted"
  forget_note "restart-$1"
}

images() { kubectl_local '{.spec.template.spec.containers[*].image}'; }

# kubectl_local JSONPATH: of the object on stdin.
kubectl_local() { kubectl patch --local --filename - --type merge --patch '{}' --output jsonpath="$1"; }

kube_proxy_settings() { kube --request-timeout=10s --namespace kube-system get configmap kube-proxy --output 'jsonpath={.data}'; }

finish() {
  remove_admin
  remove_stand_in
}

trap finish EXIT
install -D -m 0600 /etc/kubernetes/admin.conf "$admin_kubeconfig"
wait_for_api_server "$admin_kubeconfig"
! is_ca_external || stand_in_for_super_admin
follow kube-proxy DaemonSet
follow coredns Deployment
say "CoreDNS and kube-proxy are as configured"
