# shellcheck shell=bash
# The etcd of stacked masters, asked through this host's own member or, where it has none, through another master's pod
# (lib/admin.sh).

. "$STEP_LIB/wait.sh"

etcd_container() { crictl ps --name '^etcd$' --quiet 2>/dev/null | head -n 1; }

etcd_runs() { [ -n "$(etcd_container)" ]; }

# Pod to ask through; empty for this host's own container.
etcd_pod=''

# Members to ask, with commas between. Default: this host's own, or the one whose pod is asked through.
etcd_endpoints=https://127.0.0.1:2379

etcdctl() {
  local pki=/etc/kubernetes/pki/etcd inside
  if [ -n "$etcd_pod" ]; then
    inside=(kube_within 20 --namespace kube-system exec "$etcd_pod" --)
  elif etcd_runs; then
    inside=(crictl exec "$(etcd_container)")
  else
    inside=(in_etcd_image "$pki")
  fi
  "${inside[@]}" etcdctl --endpoints "$etcd_endpoints" \
    --cacert $pki/ca.crt --cert $pki/healthcheck-client.crt --key $pki/healthcheck-client.key "$@"
}

# in_etcd_image FOLDER COMMAND…: where no member runs, a container for one command, which sees the folder.
in_etcd_image() {
  local image
  image=$(kubeadm config images list --kubernetes-version "v$KUBERNETES_VERSION" \
    ${IMAGE_REPOSITORY:+--image-repository "$IMAGE_REPOSITORY"} 2>>"$STEP_LOG" | grep '/etcd:')
  crictl inspecti "$image" >/dev/null 2>&1 || run crictl pull "$image" || die "the image $image could not be pulled"
  ctr --namespace k8s.io run --rm --net-host --mount "type=bind,src=$1,dst=$1,options=rbind:ro" "$image" "etcdctl-$$-$RANDOM" "${@:2}" \
    2> >(grep -v level=warning >&2)
}

# Finds a member to ask through. Where this host has none: through the API server, whose pods are not listed yet right after
# the founding.
find_etcd() {
  within 60 choose_member || die "no etcd member of the cluster answers through the API server at $ENDPOINT (asked last: ${etcd_pod:-none})" \
    "has etcd lost its quorum? Bring masters that are down back first; look at the etcd pods in kube-system; then run 'pulumi up' again"
}

choose_member() {
  local pod
  ! etcd_runs || return 0
  for pod in $(etcd_pods); do
    etcd_pod=$pod
    ! etcdctl member list || return 0
  done
  return 1
}

etcd_pods() {
  kube --request-timeout=10s --namespace kube-system get pods \
    --selector component=etcd,tier=control-plane --output jsonpath='{.items[*].metadata.name}' 2>>"$STEP_LOG"
}

# One line a member: "https://ADDRESS:2379 is healthy …" or "… is unhealthy …".
member_health() { etcdctl endpoint health --cluster 2>&1 | grep -o 'https://[^ ]* is \(un\)\?healthy' || true; }

# Names of the voting members that do not answer.
dead_members() {
  local health
  health=$(member_health)
  etcdctl member list | awk -F', ' -v health="$health" '$6 == "false" && index(health, $5 " is unhealthy") { print $3 }' | sort | paste -sd ' '
}

answers_health() {
  local pki=/etc/kubernetes/pki/etcd
  curl --silent --max-time 3 --output /dev/null --fail --cacert $pki/ca.crt --cert $pki/healthcheck-client.crt --key $pki/healthcheck-client.key "$1/health"
}

no_member_is_dead() { [ -z "$(dead_members)" ]; }

# etcd takes no new member while one of its members does not answer; kubeadm would try for minutes and not say which.
refuse_dead_member() {
  local dead
  ! within 20 no_member_is_dead || return 0
  dead=$(dead_members)
  die "etcd takes no new member while one is dead, and that of $dead does not answer" \
    "switch $dead on again; or, if it will not come back, say 'lost: true' beside it in the configuration (- { name: ${dead%% *}, …, lost: true }); then run 'pulumi up' again"
}

# Counts into the variables of refuse_loss_of_quorum.
others_are_a_quorum() {
  health=$(member_health)
  members=$(etcdctl member list | wc -l) || return 1
  healthy=$(grep -c ' is healthy' <<<"$health" || true)
  needed=$(((members - 1) / 2 + 1))
  [ "$((healthy - 1))" -ge "$needed" ]
}

# Without this member, the others have to be a quorum of what is left: else etcd, and with it the cluster, stops for good.
# A member may be slow for a moment: only what lasts is a reason.
refuse_loss_of_quorum() {
  local health members healthy needed
  ! within 30 others_are_a_quorum || return 0
  log_line "$health"
  die "leaving now would cost etcd its quorum: of the other $((members - 1)) members $((healthy > 0 ? healthy - 1 : 0)) are healthy, and $needed are needed ($(paste -sd, <<<"$health"))" \
    "bring the unhealthy masters back, then run 'pulumi up' again"
}

# A leader that goes makes writers wait for an election; one that hands over does not.
move_leadership_away() {
  local status own leader other
  status=$(etcdctl endpoint status --write-out fields)
  own=$(sed -n 's/^"MemberID" : //p' <<<"$status")
  leader=$(sed -n 's/^"Leader" : //p' <<<"$status")
  [ "$own" = "$leader" ] || return 0
  other=$(healthy_member_but "$(printf %x "$own")")
  [ -n "$other" ] || return 0
  say "hands etcd's leadership to member $other"
  run etcdctl move-leader "$other"
}

# Id of a healthy member other than the one with this id.
healthy_member_but() {
  local healthy
  healthy=$(member_health | sed -n 's/ is healthy//p')
  etcdctl member list | awk -F', ' -v own="$1" -v healthy="$healthy" '$1 != own && index(healthy, $5) { print $1; exit }'
}

# etcd removes a member only with a quorum of all, the dead ones counted.
refuse_without_quorum() {
  local lost=$1 health members healthy
  health=$(member_health)
  members=$(etcdctl member list | wc -l)
  healthy=$(grep -c ' is healthy' <<<"$health" || true)
  [ "$healthy" -ge $((members / 2 + 1)) ] \
    || die "etcd has no quorum to remove $lost: $healthy of $members members are healthy ($(paste -sd, <<<"$health"))" \
      "bring one of the others back first"
}

# forget_member NAME: removes a dead member.
forget_member() {
  local lost=$1 members id url
  members=$(etcdctl member list) || die "etcd does not answer" "has it lost its quorum? Bring one of the other masters back first"
  # Empty where the lost host had no member, or has none any more.
  read -r id url < <(awk -F', ' -v name="$lost" '$3 == name { print $1, $5 }' <<<"$members") || return 0
  ! member_health | grep -q "^$url is healthy" \
    || die "$lost is declared lost, but its etcd member answers at $url" "take 'lost' away and its entry too: then it leaves by itself"
  refuse_without_quorum "$lost"
  say "removes the etcd member of $lost"
  run etcdctl member remove "$id" || die "the etcd member $id of $lost could not be removed"
}
