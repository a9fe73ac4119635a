# shellcheck shell=bash
# A master while its control plane is changed: out of everybody's way first, back when all of it is well.
# Needs lib/etcd.sh, lib/admin.sh, lib/node.sh, lib/kept-files.sh.

. "$STEP_LIB/leadership.sh"
. "$STEP_LIB/visitors.sh"

# What this master does, the others have to do meanwhile.
refuse_while_others_are_ill() {
  local ill
  [ "$ETCD" != stacked ] || (refuse_while_other_members_are_dead) || exit 1
  within 120 others_ready || {
    ill=$(other_masters | sed -n 's/ \(False\|Unknown\)$//p' | paste -sd ' ')
    die "the master ${ill:-(unknown)} is not Ready, and this one would be away too" "bring it back first: look at its kubelet; then run 'pulumi up' again"
  }
}

# This host's own may be what is to be mended: then another one is asked.
refuse_while_other_members_are_dead() {
  find_etcd
  within 60 no_other_member_is_dead || die "the etcd member of $(dead_members_in_words) does not answer, and this master's would be away too" \
    "bring it back, then run 'pulumi up' again"
}

no_other_member_is_dead() {
  local dead
  dead=$(dead_members) && [ "${dead:-$NODE_NAME}" = "$NODE_NAME" ]
}

# One line for each of the others: "NAME True|False|Unknown".
other_masters() {
  local masters
  masters=$(kube --request-timeout=10s get nodes --selector node-role.kubernetes.io/control-plane --output \
    jsonpath='{range .items[*]}{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}') || return 1
  grep -v "^$NODE_NAME " <<<"$masters" || true
}

has_other_masters() {
  local others
  within 60 ask_for_other_masters || die "the API server at $ENDPOINT does not tell which masters there are"
  [ -n "$others" ]
}

ask_for_other_masters() { others=$(other_masters); }

others_ready() {
  local others
  others=$(other_masters) && ! grep -v ' True$' <<<"$others" | grep -q .
}

# Gracefully: it says goodbye to those who are connected.
stop_api_server() {
  crictl ps --name '^kube-apiserver$' --quiet | run xargs --no-run-if-empty crictl stop --timeout 30 || true
}

# Those who are connected go to the others while this API server, which they are told to leave, still answers. kubelet
# starts it again: kubeadm and the parts of this host need it.
hand_over() {
  say "hands its clients over to the other masters"
  stop_api_server
  within 30 api_server_ready || say "waits for its API server: kubelet takes up to 5 minutes to start again what was stopped several times"
  wait_until 330 "the API server of this host answers /readyz again" api_server_ready
  hand_over_leadership
}

hand_over_leadership() {
  [ "$ETCD" != stacked ] || ! etcd_runs || move_leadership_away || die "etcd's leadership could not be handed over"
}

# kubelet, which does not run now, starts them from their manifests. One that runs would do so some time later, when everybody
# thinks that all is done. The API server goes first: etcd drops what is written through it while the leadership moves.
remove_static_pods() {
  stop_api_server
  hand_over_leadership
  remove_control_plane_pods
}

control_plane_healthy() {
  api_server_ready && answers https://127.0.0.1:10257/healthz && answers https://127.0.0.1:10259/healthz \
    && { [ "$ETCD" != stacked ] || etcdctl endpoint health; }
}

# Each load balancer, whoever made it, needs some seconds to see it, and the next to turn visitors away may be the only other
# master.
serve_again() {
  turns_away || return 0
  let_in
  if [ "$(other_masters | wc -l)" = 1 ]; then
    say "waits for 10 s, so that load balancers know that it serves again before the other master's turn"
    sleep 10
  fi
}

# restart_control_plane COMMAND…: which runs while neither kubelet nor the control plane does.
restart_control_plane() {
  refuse_while_others_are_ill
  keep_files
  ! has_other_masters || turn_away
  run systemctl stop kubelet
  remove_static_pods
  "$@"
  run systemctl start kubelet || die "kubelet does not start" "look at 'journalctl -u kubelet' on this host"
  forget_kept_files
}
