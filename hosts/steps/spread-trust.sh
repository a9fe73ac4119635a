# spread-trust: what lives in the cluster trusts the CAs that its masters trust now. Pods find them in a ConfigMap of their
# namespace, and many programs read it only when they start: those of Kubernetes itself are restarted, the others named.
# Source: https://kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/admin.sh"
. "$STEP_LIB/receive.sh"
. "$STEP_LIB/notes.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf

# Tells for which CAs a workload was restarted.
readonly annotation=kubeadm-ha/trusted-cas
readonly restarted_here=(kube-system/daemonset/kube-proxy kube-system/deployment/coredns kube-flannel/daemonset/kube-flannel-ds)

# In every namespace, kube-controller-manager's doing.
published() {
  local wanted present
  wanted="{\"ca.crt\":\"$(awk '{ printf "%s\\n", $0 }' "$cluster_ca")\"}"
  present=$(kube --request-timeout=10s get configmaps --all-namespaces --field-selector metadata.name=kube-root-ca.crt \
    --output 'jsonpath={range .items[*]}{.data}{"\n"}{end}') && [ "$(sort -u <<<"$present")" = "$wanted" ]
}

# What `kubeadm join` with a token goes by.
tell_cluster_info() {
  run kube --namespace kube-public get configmap cluster-info || return 0
  kube --namespace kube-public get configmap cluster-info --output yaml \
    | sed "s#^\( *certificate-authority-data:\).*#\1 $(base64 --wrap 0 <"$cluster_ca")#" | run kube replace --filename - \
    || die "the ConfigMap kube-public/cluster-info could not be written"
}

# restart NAMESPACE/KIND/NAME: where there is one that has not been restarted for these CAs, in whatever order they are.
restart() {
  local namespace=${1%%/*} workload=${1#*/} cas present
  cas=$(certificate_ids "$cluster_ca" | sort | sha256sum | cut -c 1-16)
  present=$(kube --request-timeout=30s --namespace "$namespace" get "$workload" --ignore-not-found \
    --output "jsonpath={.metadata.name} {.spec.template.metadata.annotations.$annotation}" 2>>"$STEP_LOG") \
    || die "the API server at $ENDPOINT does not say whether there is $1"
  [ -n "$present" ] || return 0
  if [ "${present#* }" != "$cas" ]; then
    say "restarts $1, for the CAs that it is to trust"
    note spread-trust
    run kube --namespace "$namespace" patch "$workload" --patch "{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"$annotation\":\"$cas\"}}}}}" \
      || die "$1 could not be restarted"
  fi
  run kube_within 600 --namespace "$namespace" rollout status "$workload" || die "$1 has not restarted within 10 minutes" \
    "look at its pods (kubectl --namespace $namespace describe pods), then run 'pulumi up' again"
}

# Pods that have the CAs from the ConfigMap: "NAMESPACE/NAME", a line each.
others_that_trust() {
  kube get pods --all-namespaces --no-headers --output \
    'custom-columns=NAMESPACE:.metadata.namespace,NAME:.metadata.name,FROM:.spec.volumes[*].projected.sources[*].configMap.name' \
    | awk '/kube-root-ca\.crt/ && $2 !~ /^(kube-proxy|coredns|kube-flannel-ds)-/ { print $1 "/" $2 }'
}

name_others() {
  local others
  others=$(others_that_trust)
  [ -n "$others" ] || return 0
  say "$(wc -l <<<"$others") pods have started with the CAs of before: those that talk to the API server, and do not read its CA anew by themselves, have to be restarted before the next phase ($(head -n 5 <<<"$others" | paste -sd ' ') …; kubectl rollout restart)"
}

trap remove_admin EXIT
receive_files
wait_until 120 "every namespace has the CAs that are trusted now (ConfigMap kube-root-ca.crt)" published
tell_cluster_info
for each in "${restarted_here[@]}"; do restart "$each"; done
if noted spread-trust; then
  name_others
  forget_note spread-trust
fi
say "what lives in the cluster is told which CAs are trusted"
