# shellcheck shell=bash
# containerd's settings, as components/containerdConfiguration.ts makes them.

readonly containerd_settings=/etc/containerd/config.toml
# Those of before, until containerd is seen to run with the new ones.
readonly kept_containerd_settings=/var/lib/kubeadm-ha/containerd-before.toml

# The pods of a living host go on while containerd restarts. Those that run with wrong settings do not.
configure_containerd() {
  refuse_old_containerd
  mkdir -p "$(dirname "$containerd_settings")"
  wanted_containerd_settings >"$containerd_settings.new"
  if [ ! -e "$kept_containerd_settings" ] && cmp -s "$containerd_settings.new" "$containerd_settings" && containerd_is_current; then
    rm -f "$containerd_settings.new"
    return
  fi
  keep_old_settings "$containerd_settings"
  keep_containerd_settings
  mv -f "$containerd_settings.new" "$containerd_settings"
  { restart_containerd && { ! has_joined || runs_a_pod; }; } || refuse_containerd_settings
  rm -f "$kept_containerd_settings"
}

# For systemd to read. What the network's plugins keep of each pod, lost power can leave empty, and then the pod could never be
# taken down. Nothing of before is up when containerd starts with its host.
# Source: https://github.com/flannel-io/flannel/issues/1662
forget_lost_networks_at_start() {
  local drop_in=/etc/systemd/system/containerd.service.d/20-kubeadm-ha.conf
  mkdir -p "$(dirname "$drop_in")"
  printf '[Service]\nExecStartPre=-/usr/bin/find /var/lib/cni/flannel /var/lib/cni/results -type f -empty -delete\n' >"$drop_in"
}

containerd_process() { systemctl show --property MainPID --value containerd; }

# It runs, and its program has not been replaced since it began.
containerd_is_current() { systemctl --quiet is-active containerd && [[ $(readlink "/proc/$(containerd_process)/exe") != *' (deleted)' ]]; }

# The sandbox image is the one that this version of kubeadm expects.
wanted_containerd_settings() {
  local pause
  pause=$(kubeadm config images list --kubernetes-version "v$KUBERNETES_VERSION" \
    ${IMAGE_REPOSITORY:+--image-repository "$IMAGE_REPOSITORY"} 2>>"$STEP_LOG" | grep '/pause:')
  sed "s,@PAUSE_IMAGE@,$pause," /etc/kubeadm-ha/containerd.toml
}

keep_containerd_settings() {
  [ -e "$containerd_settings" ] && [ ! -e "$kept_containerd_settings" ] || return 0
  keep_copy "$containerd_settings" "$kept_containerd_settings" 0644
}

# After a step that was cut off before it had seen containerd run with other settings: whoever wants them gives them again.
put_back_containerd_settings() {
  [ -e "$kept_containerd_settings" ] || return 0
  say "containerd gets the settings back that it had before a change that was cut off"
  mv -f "$kept_containerd_settings" "$containerd_settings"
  run systemctl reset-failed containerd || true
  restart_containerd || die "containerd does not start" "look at 'journalctl -u containerd' on this host"
}

restart_containerd() {
  run systemctl restart containerd || return 1
  within 60 runtime_answers || {
    run runtime_answers
    return 1
  } # what they say is in the log
}

# The settings are those of version 3 of the file, which containerd 1.x does not read, or reads and ignores.
# Source: containerd, docs/cri/config.md and RELEASES.md
refuse_old_containerd() {
  local version
  version=$(containerd --version | sed 's/^[^ ]* [^ ]* v\?\([0-9.]*\).*/\1/')
  [ "${version%%.*}" -ge 2 ] || die "containerd $version is too old: this program needs containerd 2.0 or newer" \
    "upgrade it on this host ('apt-get install containerd.io' from Docker's repository, after 'kubectl drain' if this is a node), then run 'pulumi up' again"
}

# containerd itself, and what kubelet asks of it.
runtime_answers() { ctr version && crictl version; }

# One that is nothing but its sandbox, on the host's network.
runs_a_pod() {
  local pod file=/run/kubeadm-ha/pod.json
  echo '{ "metadata": { "name": "check", "namespace": "kubeadm-ha", "uid": "check" }, "linux": { "cgroup_parent": "system.slice", "security_context": { "namespace_options": { "network": 2 } } } }' >"$file"
  log_line "\$ crictl runp"
  pod=$(crictl runp "$file" 2>>"$STEP_LOG") || return 1
  rm -f "$file"
  run crictl rmp --force "$pod" || true # kubelet, which does not know it, may have been quicker
}

refuse_containerd_settings() {
  run journalctl --unit containerd --lines 4 --output cat || true
  [ -e "$kept_containerd_settings" ] || die "containerd did not start" "look at 'journalctl -u containerd' on this host; are the settings under 'containerd' right?"
  mv -f "$kept_containerd_settings" "$containerd_settings"
  run systemctl reset-failed containerd || true
  restart_containerd || die "containerd starts neither with the settings of the configuration nor with those of before" "look at 'journalctl -u containerd' on this host"
  die "containerd does not run with the settings of the configuration; those of before are in their place again" \
    "set right what the lines above tell, under 'containerd', then run 'pulumi up' again"
}

# Of a node that somebody has made by hand.
keep_old_settings() {
  local kept=/var/lib/kubeadm-ha/before-adoption/containerd.toml
  is_member_by_hand && [ -e "$1" ] && [ ! -e "$kept" ] || return 0
  say "containerd's settings are those of the configuration from now on; what was there is in $kept"
  keep_copy "$1" "$kept"
}
