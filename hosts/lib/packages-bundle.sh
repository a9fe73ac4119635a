# shellcheck shell=bash
# Packages and images from the bundle: a folder with SHA256SUMS, bin/, cni/ and images/, local (file://) or served (http).
# What a host has already, told by the bundle's digest, is not fetched again.

readonly bundle_cache=/var/cache/kubeadm-ha/bundle
readonly installed_stamp=/var/lib/kubeadm-ha/bundle-installed
readonly imported_stamp=/var/lib/kubeadm-ha/bundle-imported

bundle_digest() { sha256sum "$bundle_cache/SHA256SUMS" | cut -d' ' -f1; }

fetch_sums() {
  mkdir -p "$bundle_cache"
  run curl --fail --silent --show-error --retry 3 --output "$bundle_cache/SHA256SUMS" "$BUNDLE_URL/SHA256SUMS" \
    || die "$BUNDLE_URL/SHA256SUMS cannot be read from this host" "check packages.url; it is the bundle's folder as seen from the hosts"
  [ -z "$BUNDLE_SHA256" ] || [ "$(bundle_digest)" = "$BUNDLE_SHA256" ] \
    || die "the SHA256SUMS of $BUNDLE_URL has digest $(bundle_digest), not packages.sha256" "find out who changed the bundle before you trust it"
}

# Names of the bundle's files below a folder.
files_below() { sed -n "s,^[0-9a-f]* [ *]\(\./\)\?\($1/.*\),\2,p" "$bundle_cache/SHA256SUMS"; }

# Prints where the file NAME of the bundle is on this host, checked.
checked_file() {
  local name=$1 place
  if [[ $BUNDLE_URL == file://* ]]; then
    place=${BUNDLE_URL#file://}/$name
  else
    place=$bundle_cache/$name
    mkdir -p "$(dirname "$place")"
    run curl --fail --silent --show-error --retry 3 --continue-at - --output "$place" "$BUNDLE_URL/$name" || die "$BUNDLE_URL/$name cannot be fetched"
  fi
  grep -E "^[0-9a-f]{64} [ *](\./)?$name\$" "$bundle_cache/SHA256SUMS" | sed "s,[ *][^ ]*\$, $place," | sha256sum --check --status \
    || {
      [[ $BUNDLE_URL == file://* ]] || rm -f "$place"
      die "$BUNDLE_URL/$name is not what SHA256SUMS says" "make or copy the bundle again"
    }
  echo "$place"
}

# install_all FOLDER DESTINATION
install_all() {
  local name place
  mkdir -p "$2"
  for name in $(files_below "$1"); do
    place=$(checked_file "$name") || exit 1
    # Install beside and rename: a running program keeps its old file.
    install -m 0755 "$place" "$2/.${name##*/}.new"
    mv -f "$2/.${name##*/}.new" "$2/${name##*/}"
  done
}

write_units() {
  cat >/etc/systemd/system/containerd.service <<'UNIT'
[Unit]
Description=containerd container runtime
Documentation=https://containerd.io
After=network.target dbus.service

[Service]
ExecStartPre=-/sbin/modprobe overlay
ExecStart=/usr/local/bin/containerd
Type=notify
Delegate=yes
KillMode=process
Restart=always
RestartSec=5
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
OOMScoreAdjust=-999

[Install]
WantedBy=multi-user.target
UNIT
  cat >/etc/systemd/system/kubelet.service <<'UNIT'
[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/local/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
UNIT
  mkdir -p /etc/systemd/system/kubelet.service.d
  cat >/etc/systemd/system/kubelet.service.d/10-kubeadm.conf <<'UNIT'
# As in Kubernetes' own packages.
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/local/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
UNIT
  echo 'runtime-endpoint: unix:///run/containerd/containerd.sock' >/etc/crictl.yaml
  run systemctl daemon-reload
}

install_packages() {
  fetch_sums
  [ "$(cat "$installed_stamp" 2>/dev/null)" != "$(bundle_digest)" ] || return 0
  say "installs Kubernetes $KUBERNETES_VERSION and containerd from the bundle"
  install_all bin /usr/local/bin
  install_all cni /opt/cni/bin
  write_units
  mkdir -p "$(dirname "$installed_stamp")"
  bundle_digest >"$installed_stamp"
}

import_images() {
  # Workers need fewer than those who run a part of the control plane.
  local name place stamp
  stamp="$(bundle_digest) $([ "$ROLE" = worker ] && echo node || echo all)"
  [ "$(cat "$imported_stamp" 2>/dev/null)" != "$stamp" ] || return 0
  for name in $(files_below images); do
    [ "$ROLE" != worker ] || [ "$name" != images/master.tar ] || continue
    say "imports the images of $name"
    place=$(checked_file "$name") || exit 1
    run ctr --namespace k8s.io images import "$place" || die "containerd could not import $place"
  done
  [[ $BUNDLE_URL == file://* ]] || rm -rf "${bundle_cache:?}"/{bin,cni,images}
  echo "$stamp" >"$imported_stamp"
}
