# shellcheck shell=bash
# containerd's settings, as components/containerdConfiguration.ts makes them.

# The sandbox image is the one that this version of kubeadm expects.
configure_containerd() {
  local pause config=/etc/containerd/config.toml
  pause=$(kubeadm config images list --kubernetes-version "v$KUBERNETES_VERSION" \
    ${IMAGE_REPOSITORY:+--image-repository "$IMAGE_REPOSITORY"} 2>>"$STEP_LOG" | grep '/pause:')
  mkdir -p "$(dirname "$config")"
  sed "s,@PAUSE_IMAGE@,$pause," /etc/kubeadm-ha/containerd.toml >"$config.new"
  if cmp -s "$config.new" "$config" && systemctl --quiet is-active containerd; then
    rm -f "$config.new"
    return
  fi
  keep_old_settings "$config"
  mv -f "$config.new" "$config"
  run systemctl restart containerd || die "containerd did not start" "look at 'journalctl -u containerd' on this host; are the settings under 'containerd' right?"
  wait_until 60 "containerd answers" ctr version
}

# Of a node that somebody has made by hand.
keep_old_settings() {
  local kept=/var/lib/kubeadm-ha/before-adoption/containerd.toml
  is_member_by_hand && [ -e "$1" ] && [ ! -e "$kept" ] || return 0
  say "containerd's settings are those of the configuration from now on; what was there is in $kept"
  install -D -m 0600 "$1" "$kept"
}
