# shellcheck shell=bash
# Packages and images from the bundle: a folder with SHA256SUMS, bin/, cni/ and images/, local (file://) or served (http).
# What a host has already, told by the bundle's digest, is not fetched again.

. "$STEP_LIB/tools.sh"

readonly bundle_cache=/var/cache/kubeadm-ha/bundle
readonly installed_stamp=/var/lib/kubeadm-ha/bundle-installed
readonly imported_stamp=/var/lib/kubeadm-ha/bundle-imported
# Nobody could pull an image of the bundle again: kubelet must not remove it when the disk fills.
readonly pin=io.cri-containerd.pinned=pinned
readonly bundle_label=kubeadm-ha.bundle

# Where its files are on this host.
case $BUNDLE_URL in
  file://*) readonly bundle=${BUNDLE_URL#file://} ;;
  *) readonly bundle=$bundle_cache ;;
esac

bundle_digest() { sha256sum "$bundle_cache/SHA256SUMS" | cut -d' ' -f1; }

fetch_sums() {
  mkdir -p "$bundle_cache"
  run curl --fail --silent --show-error --retry 3 --output "$bundle_cache/SHA256SUMS" "$BUNDLE_URL/SHA256SUMS" \
    || die "$BUNDLE_URL/SHA256SUMS cannot be read from this host" "check packages.url; it is the bundle's folder as seen from the hosts"
  [ -z "$BUNDLE_SHA256" ] || [ "$(bundle_digest)" = "$BUNDLE_SHA256" ] \
    || die "the SHA256SUMS of $BUNDLE_URL has digest $(bundle_digest), not packages.sha256" "find out who changed the bundle before you trust it"
}

# Lines "SUM  NAME" of the bundle's files below a folder.
sums_below() { sed -n "s,^\([0-9a-f]\{64\}\) [ *]\(\./\)\?\($1/.*\),\1  \3,p" "$bundle_cache/SHA256SUMS"; }

only_names() { cut -c 67-; }

# have_files: files of the bundle, "SUM  NAME" a line on stdin, are in $bundle and are what they should be.
have_files() {
  local sums wrong
  sums=$(cat)
  [ "$bundle" != "$bundle_cache" ] || download "$(only_names <<<"$sums")"
  wrong=$(cd "$bundle" && sha256sum --check --quiet 2>/dev/null <<<"$sums") && return
  wrong=$(cut -d: -f1 <<<"$wrong")
  [ "$bundle" != "$bundle_cache" ] || (cd "$bundle" && xargs rm -f <<<"$wrong")
  die "not what SHA256SUMS of $BUNDLE_URL says: ${wrong//$'\n'/, }" "make or copy the bundle again"
}

# download NAMES: a line each. What a download that was cut off has left is gone on with.
download() {
  local name
  while read -r name; do printf 'url = "%s"\noutput = "%s"\n' "$BUNDLE_URL/$name" "$bundle/$name"; done <<<"$1" \
    | run curl --fail --fail-early --silent --show-error --retry 3 --continue-at - --create-dirs --config - \
    || die "not all of these can be fetched from $BUNDLE_URL: ${1//$'\n'/, }"
}

# install_all FOLDER DESTINATION: beside, then renamed: a running program keeps its old file.
install_all() {
  local sums new=$2/.new
  sums=$(sums_below "$1")
  have_files <<<"$sums"
  mkdir -p "$new"
  (cd "$bundle" && only_names <<<"$sums" | xargs install -m 0755 -t "$new")
  mv -f "$new"/* "$2/"
  rmdir "$new"
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
  write_crictl_settings
}

packages_differ() {
  fetch_sums
  [ "$(cat "$installed_stamp" 2>/dev/null)" != "$(bundle_digest)" ]
}

# A bundle has no packages of the distribution.
install_tools() {
  local missing
  missing=$(missing_tool_packages | paste -sd ' ')
  [ -z "$missing" ] || die "this host lacks packages that a node needs: $missing" \
    "install them ('apt-get install $missing' on Debian and Ubuntu), then run 'pulumi up' again"
}

install_packages() {
  fetch_sums
  begin_with_images
  [ "$(cat "$installed_stamp" 2>/dev/null)" != "$(bundle_digest)" ] || return 0
  say "installs Kubernetes $KUBERNETES_VERSION and containerd from the bundle"
  install_all bin /usr/local/bin
  install_all cni /opt/cni/bin
  write_units
  mkdir -p "$(dirname "$installed_stamp")"
  write_out_files /usr/local/bin /opt/cni/bin
  bundle_digest >"$installed_stamp"
}

# stage_packages FOLDER: beside what runs, for this host's turn.
stage_packages() {
  local folder=$1
  fetch_sums
  begin_with_images
  if [ "$(cat "$folder/digest" 2>/dev/null)" != "$(bundle_digest)" ]; then
    say "gets Kubernetes $KUBERNETES_VERSION from the bundle"
    rm -rf "$folder"
    install_all bin "$folder/bin"
    install_all cni "$folder/cni"
    write_out_files "$folder"
    bundle_digest >"$folder/digest"
  fi
  import_images
}

# install_staged FOLDER: nothing is there any more where a step was cut off that had come so far.
install_staged() {
  local folder=$1
  [ -e "$folder/digest" ] || return 0
  put_in_place "$folder/bin" /usr/local/bin
  put_in_place "$folder/cni" /opt/cni/bin
  write_units
  mv -f "$folder/digest" "$installed_stamp"
  rm -rf "$folder"
}

# put_in_place FOLDER DESTINATION: what a step that was cut off has moved already is where it belongs.
put_in_place() {
  mkdir -p "$2/.new"
  find "$1" -type f -exec mv -f -t "$2/.new" {} +
  find "$2/.new" -type f -exec mv -f -t "$2" {} +
  rmdir "$2/.new"
}

# Workers need fewer images than those who run a part of the control plane.
sums_of_images() {
  if [ "$ROLE" = worker ]; then sums_below images | grep -v ' images/master.tar$'; else sums_below images; fi
}

imported() { echo "$(bundle_digest) $([ "$ROLE" = worker ] && echo node || echo all)"; }

# They are large: fetched, and checked, while the programs are installed.
begin_with_images() {
  images_process=''
  [ "$(cat "$imported_stamp" 2>/dev/null)" != "$(imported)" ] || return 0
  sums_of_images | have_files &
  images_process=$!
}

import_images() {
  local name
  [ -n "$images_process" ] || return 0
  wait "$images_process" || exit 1
  for name in $(sums_of_images | only_names); do
    say "imports the images of $name"
    run ctr --namespace k8s.io images import --local --sync-fs --label "$pin" --label "$bundle_label=$(bundle_digest)" "$bundle/$name" \
      || die "containerd could not import $bundle/$name"
  done
  [ "$bundle" != "$bundle_cache" ] || rm -rf "${bundle_cache:?}"/{bin,cni,images}
  imported >"$imported_stamp"
}

# Those of bundles before stay for as long as there is room for them.
unpin_former_images() {
  local of_former image images
  of_former="labels.\"$bundle_label\",labels.\"$bundle_label\"!=$(cat "$installed_stamp"),labels.\"${pin%=*}\"==${pin#*=}"
  images=$(ctr --namespace k8s.io images ls --quiet "$of_former" 2>>"$STEP_LOG") || die "containerd does not tell its images"
  for image in $images; do
    run ctr --namespace k8s.io images label "$image" "${pin%=*}=" || die "containerd could not unpin the image $image"
  done
}
