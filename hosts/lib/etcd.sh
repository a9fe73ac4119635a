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
  have_image "$image"
  ctr --namespace k8s.io run --rm --net-host --mount "type=bind,src=$1,dst=$1,options=rbind:ro" "$image" "etcdctl-$$-$RANDOM" "${@:2}" \
    2> >(grep -v level=warning >&2)
}

have_image() { crictl inspecti "$1" >/dev/null 2>&1 || run crictl pull "$1" || die "the image $1 could not be pulled"; }

# Finds a member to ask through: this host's own, else another master's.
find_etcd() { etcd_runs || find_etcd_elsewhere; }

# Another master's, through the API server: what this host's own member says may be old, or nothing at all. Right after the
# founding no pod is listed yet.
find_etcd_elsewhere() {
  within 60 choose_member || die "no etcd member of another master answers through the API server at $ENDPOINT (asked last: ${etcd_pod:-none})" \
    "has etcd lost its quorum? Bring masters that are down back first; look at the etcd pods in kube-system; then run 'pulumi up' again"
}

choose_member() {
  local pod
  for pod in $(etcd_pods); do
    [ "$pod" != "etcd-$NODE_NAME" ] || continue
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

# Names of the voting members that do not answer; status 1 where etcd does not tell.
dead_members() {
  local health members
  health=$(member_health)
  [ -n "$health" ] && members=$(etcdctl member list 2>>"$STEP_LOG") || return 1
  awk -F', ' -v health="$health" '$6 == "false" && index(health, $5 " is unhealthy") { print $3 }' <<<"$members" | sort | paste -sd ' '
}

no_member_is_dead() {
  local dead
  dead=$(dead_members) && [ -z "$dead" ]
}

dead_members_in_words() { dead_members || echo "one or more (etcd does not tell which)"; }

# etcd takes no new member while one of its members does not answer; kubeadm would try for minutes and not say which.
refuse_dead_member() {
  local dead
  ! within 20 no_member_is_dead || return 0
  dead=$(dead_members) || die "etcd does not tell whether all of its members answer" \
    "has it lost its quorum? Bring masters that are down back first, then run 'pulumi up' again"
  die "etcd takes no new member while one is dead, and that of $dead does not answer" \
    "switch $dead on again; or, if it will not come back, say 'lost: true' beside it in the configuration (- { name: ${dead%% *}, …, lost: true }); then run 'pulumi up' again"
}

# "ID CLIENT-URL" of the member at one of this host's addresses; nothing where there is none. One that was only announced
# has neither a name nor a client URL.
own_member_listed() {
  local members
  members=$(etcdctl member list) || die "etcd does not answer" "has it lost its quorum? Bring one of the other masters back first"
  awk -F', ' -v own=" $(hostname -I) " '{ split($4, peer, "[/:]+"); if (index(own, " " peer[2] " ")) print $1, $5 }' <<<"$members"
}

# remove_member ID: etcd removes one only when enough of the others have been connected for 5 seconds; one that has just
# been started is waited for. Source: etcd's server, IsReadyToRemoveVotingMember and HealthInterval.
remove_member() {
  within 30 try_to_remove_member "$1" || die "the etcd member $1 could not be removed" \
    "are the hosts of the others on? Look at what etcd logs there (crictl logs), then run 'pulumi up' again"
}

try_to_remove_member() {
  local members
  run etcdctl member remove "$1" || true
  members=$(etcdctl member list) && ! grep -q "^$1, " <<<"$members"
}

# Asked on another master. Only when the others have forgotten this host's member may its data go: until then they count it,
# and two masters of which one has lost its data are a cluster that has lost everything.
remove_own_member() {
  local id
  id=$(own_member_listed) || exit 1
  id=${id%% *}
  [ -z "$id" ] || remove_member "$id"
}

# Counts into the variables of refuse_loss_of_quorum. Asked on another master.
others_are_a_quorum() {
  local own
  own=$(own_member_listed) || return 1
  [ -n "$own" ] || return 0 # no member: nothing to lose
  health=$(member_health | grep -v "^${own#* } ")
  others=$(voting_members | grep -cvxF "${own#* }")
  healthy=$(grep -c ' is healthy' <<<"$health" || true)
  needed=$((others / 2 + 1))
  [ "$healthy" -ge "$needed" ]
}

# Client URLs of the members that count for the quorum: learners do not.
voting_members() { etcdctl member list | awk -F', ' '$6 == "false" { print $5 }'; }

# Without this member, the others have to be a quorum of what is left: else etcd, and with it the cluster, stops for good.
# A member may be slow for a moment: only what lasts is a reason.
refuse_loss_of_quorum() {
  local health='' others='?' healthy='?' needed='?'
  ! within 30 others_are_a_quorum || return 0
  log_line "$health"
  die "leaving now would cost etcd its quorum: of the other $others members $healthy are healthy, and $needed are needed ($(paste -sd, <<<"$health"))" \
    "bring the unhealthy masters back, then run 'pulumi up' again"
}

# etcd removes a member only with a quorum of all, the dead ones counted.
refuse_without_quorum() {
  local lost=$1 health members healthy
  health=$(member_health)
  members=$(voting_members | wc -l)
  healthy=$(grep -c ' is healthy' <<<"$health" || true)
  [ "$healthy" -ge $((members / 2 + 1)) ] \
    || die "etcd has no quorum to remove $lost: $healthy of $members members are healthy ($(paste -sd, <<<"$health"))" \
      "bring one of the others back first; where none will come back: docs/recovery.md"
}

# forget_member NAME [ADDRESS]: removes a dead member. One that was announced and never started has no name, and as long as
# it is there, etcd takes no other learner.
forget_member() {
  local lost=$1 peer="https://${2:-}:2380" members id url
  members=$(etcdctl member list) || die "etcd does not answer" "has it lost its quorum? Bring one of the other masters back first"
  # Empty where the lost host had no member, or has none any more.
  read -r id url < <(awk -F', ' -v name="$lost" -v peer="$peer" '$3 == name || $4 == peer { print $1, $5 }' <<<"$members") || return 0
  ! member_health | grep -q "^$url is healthy" \
    || die "$lost is declared lost, but its etcd member answers at $url" "take 'lost' away and its entry too: then it leaves by itself"
  refuse_without_quorum "$lost"
  say "removes the etcd member of $lost"
  remove_member "$id"
}

# keep_snapshot FILE: the way back where all else fails. It holds every Secret of the cluster: root's, as etcd's data itself.
keep_snapshot() {
  local taken=/var/lib/etcd/.snapshot
  rm -f "$taken"
  say "keeps a snapshot of etcd in $1"
  (umask 077 && mkdir -p "$(dirname "$1")")
  etcdctl snapshot save "$taken" >>"$STEP_LOG" 2>&1 || die "etcd did not give a snapshot"
  # etcd's data may be on a disk of its own: what is there under its name is whole.
  keep_copy "$taken" "$1"
  rm -f "$taken"
}
