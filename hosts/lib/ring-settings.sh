# shellcheck shell=bash
# The static pod of an etcd member that lives, as kubeadm would write it now, where the configuration names a version of etcd.
# One member after another: the order is the graph's.
# Source: https://etcd.io/docs/latest/upgrades/upgrading-etcd/
# Needs lib/ring.sh.
# shellcheck disable=SC2154

. "$STEP_LIB/manifests.sh"
. "$STEP_LIB/version.sh"

# The one of before, until the member is seen to be healthy with the new one.
readonly kept_pod=/var/lib/kubeadm-ha/before-change/etcd.yaml

follow_member_settings() {
  render_pod
  if [ -e "$kept_pod" ] || ! cmp -s "$wanted_manifests/etcd.yaml" "$static_pod"; then change_member; fi
  rm -rf "$wanted_manifests"
}

# With the ring that the member was made with: etcd reads that only when it has no data yet.
render_pod() {
  rm -rf "$wanted_manifests"
  member_configuration "$(argument_of initial-cluster-state)" "$(argument_of initial-cluster)"
  KUBEADM_INIT_DRYRUN_DIR=$wanted_manifests run kubeadm init phase etcd local --config /run/kubeadm-ha/etcd.yaml --dry-run \
    || die "kubeadm could not write etcd's static pod"
  rm -f /run/kubeadm-ha/etcd.yaml
}

# The member lives on while kubelet restarts, unless kubelet is of another minor since it last did.
follow_member_kubelet_settings() {
  local wanted=/etc/kubeadm-ha/etcd-kubelet.yaml
  ! cmp -s "$wanted" "$kubelet_settings" || return 0
  refuse_while_another_member_is_dead
  say "kubelet gets other settings"
  keep_copy "$kubelet_settings" "$kept_kubelet_settings"
  move_leadership_away || die "etcd's leadership could not be handed over"
  install -m 0644 "$wanted" "$kubelet_settings"
  run systemctl restart kubelet || true
  within 90 steady 5 kubelet_healthy || refuse_kubelet_settings
  wait_until 120 "this host's etcd answers for 10 s" steady 10 member_answers
  sync "$kubelet_settings"
  rm -f "$kept_kubelet_settings"
}

image_in() { sed -n 's/^ *image: //p' "$1"; }

argument_of() { sed -n "s/^ *- --$1=//p" "$static_pod"; }

# Of a static pod's image: "3.6.8".
etcd_version_in() { image_in "$1" | sed 's/.*:v\?\([0-9.]*\).*/\1/'; }

refuse_unsupported_etcd() {
  local from to
  from=$(etcd_version_in "$static_pod") to=$(etcd_version_in "$wanted_manifests/etcd.yaml")
  ! is_way_back "$from" "$to" \
    || die "this member runs etcd $from, and the configuration makes it $to: its data has no way back" "set etcd.version to $from"
  ! steps_over_minor "$from" "$to" \
    || die "this member runs etcd $from, and the configuration makes it $to: etcd is upgraded one minor after another" "set etcd.version to a release in between first"
}

change_member() {
  if cmp -s "$wanted_manifests/etcd.yaml" "$static_pod"; then
    # Put there by a step that was cut off, and seen by kubelet since, which would not start it once more.
    within 120 steady 10 member_answers || put_back_pod
  else
    replace_pod
  fi
  rm -f "$kept_pod"
}

replace_pod() {
  local before
  [ -e "$kept_pod" ] || refuse_unsupported_etcd
  have_image "$(image_in "$wanted_manifests/etcd.yaml")"
  refuse_while_another_member_is_dead
  say "its etcd changes: $(etcd_version_in "$static_pod") to $(etcd_version_in "$wanted_manifests/etcd.yaml"), settings as configured"
  keep_member_snapshot
  [ -e "$kept_pod" ] || keep_copy "$static_pod" "$kept_pod"
  move_leadership_away || die "etcd's leadership could not be handed over"
  before=$(etcd_container)
  put_manifest "$wanted_manifests/etcd.yaml"
  { within 240 etcd_restarted "$before" && within 120 steady 10 member_answers; } || put_back_pod
}

# After a step that was cut off before it had seen the member run with another static pod.
put_back_unhealthy_pod() {
  [ -e "$kept_pod" ] && ! within 60 member_answers || return 0
  say "its etcd does not answer with the static pod of a change that was cut off; that of before is put back"
  put_manifest "$kept_pod"
  if within 120 steady 10 member_answers; then rm -f "$kept_pod"; fi
}

put_back_pod() {
  say "its etcd does not become healthy; the static pod of before is put back"
  put_manifest "$kept_pod"
  within 240 steady 10 member_answers || die "etcd is healthy neither as configured nor as before" "look at 'crictl ps -a' and 'crictl logs' on this host"
  rm -f "$kept_pod"
  die "etcd does not become healthy as configured; it runs as before again, and no other member was changed" \
    "set right what etcd says ('crictl ps -a', 'crictl logs' on this host), then run 'pulumi up' again"
}

keep_member_snapshot() {
  local version
  version=$(etcd_version_in "$wanted_manifests/etcd.yaml")
  [ "$(etcd_version_in "$static_pod")" = "$version" ] || keep_snapshot "$snapshots/before-etcd-$version.db"
}
