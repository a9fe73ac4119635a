# join: makes this host a node of the cluster. On a master stdout tells when the first of its certificates ends.
# Source: https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-join/ (discovery by file)
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/node.sh"
. "$STEP_LIB/admin.sh"
. "$STEP_LIB/receive.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf
if [ "$ROLE" = worker ]; then
  . "$STEP_LIB/kubeconfigs.sh"
else
  . "$STEP_LIB/etcd.sh"
  . "$STEP_LIB/adoption.sh"
  . "$STEP_LIB/certificates.sh"
  . "$STEP_LIB/kubelet.sh"
  . "$STEP_LIB/serving-certificate.sh"
  . "$STEP_LIB/control-plane-files.sh"
fi

readonly discovery=/run/kubeadm-ha/discovery.conf identity=/run/kubeadm-ha/identity

verify() {
  wait_until 120 "kubelet is healthy" kubelet_healthy
  [ "$ROLE" = master ] || return 0
  wait_until 120 "the API server of this host answers /readyz" api_server_ready
  date_of "$(first_end)"
}

# kubeadm does not wait for it on a worker. Whoever labels a Node that is not there makes one, without the taints that kubelet
# would give it: it adds none to a Node that it finds.
is_registered() {
  [ -n "$(kubectl --kubeconfig "$kubelet_kubeconfig" --request-timeout=5s get node "$NODE_NAME" --output \
    'jsonpath={.status.nodeInfo.kubeletVersion}' 2>>"$STEP_LOG")" ]
}

# "MACHINE-ID ADDRESS" of the node that has this host's name; empty where there is none.
find_namesake() {
  namesake=$(kubectl --kubeconfig "$discovery" --request-timeout=10s get node "$NODE_NAME" --ignore-not-found --output \
    jsonpath='{.status.nodeInfo.machineID} {.status.addresses[?(@.type=="InternalIP")].address}' 2>>"$STEP_LOG")
}

# Two hosts under one name would fight for it: the Node tells, by its machine-id, which host it is.
refuse_taken_name() {
  local namesake taken
  within 20 find_namesake || die "the API server at $ENDPOINT does not say whether there is a node $NODE_NAME"
  taken=${namesake%% *}
  [ -z "$taken" ] || [ "$taken" = "$(cat /etc/machine-id)" ] \
    || die "another host is node $NODE_NAME of the cluster already (at ${namesake#* }, machine-id $taken; this one's is $(cat /etc/machine-id))" \
      "if that host will not come back, say 'lost: true' at the entry and run 'pulumi up', then take it away again; if it lives, remove the entry first, or give this host another name"
}

node_listed() { kubectl --kubeconfig "$discovery" --request-timeout=10s get node "$NODE_NAME" >/dev/null 2>&1; }

# kubeadm refuses a name whose Node is Ready, and the cluster notices only after a while that this one's kubelet has been
# stopped. A node may say so itself: it may patch its status, but not read it alone, as kubectl would.
tell_not_ready() {
  node_listed || return 0
  (umask 077 && identity certificate >"$identity.crt" && identity key >"$identity.key")
  run curl --silent --show-error --fail --max-time 20 --output /dev/null --cacert "$cluster_ca" --cert "$identity.crt" --key "$identity.key" \
    --request PATCH --header 'Content-Type: application/strategic-merge-patch+json' --data \
    '{"status":{"conditions":[{"type":"Ready","status":"False","reason":"JoinCutOff","message":"the join was cut off and begins anew"}]}}' \
    "https://$ENDPOINT/api/v1/nodes/$NODE_NAME/status" \
    || die "the Node $NODE_NAME that the cut-off join has left could not be marked as not ready"
  rm -f "$identity".*
}

# identity certificate|key: of the node, as PEM.
identity() {
  kubectl --kubeconfig "$discovery" config view --raw --output "jsonpath={.users[0].user.client-$1-data}" | base64 --decode
}

is_stacked_master() { [ "$ROLE" = master ] && [ "$ETCD" = stacked ]; }

receive_file
refuse_other_cluster
if is_joined; then
  refuse_evicted
  verify
  say "is a node already"
  exit 0
fi
if is_member_by_hand; then
  if [ "$ROLE" = master ]; then take_over_further_master; else lead_worker_to_endpoint; fi
  verify
  mark_joined
  say "is taken over as a $ROLE"
  exit 0
fi
refuse_foreign
if ! attempt_finished; then
  trap 'rm -f "$discovery" "$identity".* && remove_admin' EXIT
  receive_file # the node's identity
  wait_for_api_server "$discovery"
  refuse_taken_name
  if [ "$ROLE" = master ]; then
    receive_file # the administrator's kubeconfig
  fi
  if is_stacked_master; then
    find_etcd_elsewhere
    remove_own_member
  fi
  if attempt_cut_off; then
    say "clears away a join that was cut off"
    clear_node
    tell_not_ready
  fi
  if is_stacked_master; then
    refuse_dead_member
  fi
  mark_attempt begun
  receive_files # the PKI, which no host gets that was refused
  if [ "$ROLE" = master ]; then
    sign_serving_certificate
    place_control_plane_files "$wanted_control_plane_files"
  fi
  say "joins as $ROLE (kubeadm join)"
  run kubeadm join --config /etc/kubeadm-ha/join.yaml || die "kubeadm join ended with status $?"
  mark_attempt finished
fi
verify
wait_until 120 "kubelet has registered the Node" is_registered
mark_joined
say "is a $ROLE of the cluster"
