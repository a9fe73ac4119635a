# shellcheck shell=bash
# Packages from apt repositories: the official ones, or mirrors of them. Images are pulled by kubeadm and kubelet.
# Source: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/

. "$STEP_LIB/apt.sh"

# add_repository NAME KEY-URL URL SUITE [COMPONENT…]
add_repository() {
  local name=kubeadm-ha-$1 key_url=$2 keyring=/etc/apt/keyrings/kubeadm-ha-$1.asc
  shift 2
  mkdir -p /etc/apt/keyrings
  run curl --fail --silent --show-error --location --retry 3 --output "$keyring.new" "$key_url" || die "the signing key $key_url cannot be fetched"
  mv -f "$keyring.new" "$keyring"
  chmod 0644 "$keyring"
  echo "deb [signed-by=$keyring] $*" >"/etc/apt/sources.list.d/$name.list"
}

add_repositories() {
  # shellcheck disable=SC2086  # URL, suite and components are words of their own
  add_repository kubernetes "$KUBERNETES_KEY_URL" $KUBERNETES_REPOSITORY
  if [ "$CONTAINERD_REPOSITORY" = "$KUBERNETES_REPOSITORY" ]; then
    # One mirror for both; apt refuses the same source with two keys.
    rm -f /etc/apt/sources.list.d/kubeadm-ha-containerd.list
  elif [ -n "$CONTAINERD_REPOSITORY" ]; then
    # shellcheck disable=SC2086
    add_repository containerd "$CONTAINERD_KEY_URL" $CONTAINERD_REPOSITORY
  else
    # shellcheck source=/dev/null
    . /etc/os-release
    local docker=https://download.docker.com/linux/$ID
    add_repository containerd "$docker/gpg" "$docker" "$VERSION_CODENAME" stable
  fi
}

# Only the lists that were just added: other repositories of the host may be away without harm.
update_lists() {
  local list
  for list in /etc/apt/sources.list.d/kubeadm-ha-*.list; do
    apt_update -o Dir::Etc::sourcelist="$list" -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0 \
      -o APT::Update::Error-Mode=any || die "apt-get update failed for $(cut -d' ' -f3- "$list")" "check URL, suite and signing key under packages"
  done
}

# Of these versions, whoever has installed them.
has_packages() {
  local program
  for program in containerd kubeadm kubectl kubelet; do command -v "$program" >/dev/null || return 1; done
  [ "$(kubelet --version)" = "Kubernetes v$KUBERNETES_VERSION" ] && [ "$(kubeadm version --output short)" = "v$KUBERNETES_VERSION" ] && has_containerd
}

# Any will do where the configuration names no version.
has_containerd() { [ -z "$CONTAINERD_VERSION" ] || [[ $(dpkg-query --show --showformat='${Version}' "$CONTAINERD_PACKAGE" 2>/dev/null) == "$CONTAINERD_VERSION"-* ]]; }

packages_differ() { ! has_packages; }

readonly versioned_packages=({kubelet,kubeadm,kubectl}"=$KUBERNETES_VERSION-*" ${CONTAINERD_VERSION:+"$CONTAINERD_PACKAGE=$CONTAINERD_VERSION-*"})

# The way back of containerd is the configuration's; hosts refuse that of Kubernetes.
install_versions() { apt_install --allow-change-held-packages --allow-downgrades "$@" "${versioned_packages[@]}"; }

install_packages() {
  if has_packages; then
    hold_packages || true # those of a node that was made by hand may be no packages
    return
  fi
  say "installs Kubernetes $KUBERNETES_VERSION and $CONTAINERD_PACKAGE from apt repositories"
  add_repositories
  update_lists
  if [ -n "$CONTAINERD_VERSION" ]; then install_versions; else install_versions "$CONTAINERD_PACKAGE"; fi
  hold_packages
}

# An unattended upgrade of these would be an upgrade of the cluster.
hold_packages() { run apt-mark hold kubelet kubeadm kubectl ${CONTAINERD_VERSION:+"$CONTAINERD_PACKAGE"}; }

# stage_packages FOLDER: beside what runs, for this host's turn. The packages wait in apt's cache; another kubeadm is unpacked,
# into the folder.
stage_packages() {
  local folder=$1 wanted="$KUBERNETES_VERSION $CONTAINERD_VERSION"
  [ "$(cat "$folder/digest" 2>/dev/null)" != "$wanted" ] || return 0
  say "gets Kubernetes $KUBERNETES_VERSION from apt repositories"
  add_repositories
  update_lists
  install_versions --download-only
  mkdir -p "$folder/bin"
  if [ "$(kubeadm version --output short)" != "v$KUBERNETES_VERSION" ]; then
    dpkg-deb --fsys-tarfile "$(newest_archive kubeadm)" | tar -xO ./usr/bin/kubeadm >"$folder/bin/kubeadm"
    chmod 0755 "$folder/bin/kubeadm"
    pull_images "$folder/bin/kubeadm"
  fi
  write_out_files "$folder"
  echo "$wanted" >"$folder/digest"
}

newest_archive() { find /var/cache/apt/archives -name "$1_$KUBERNETES_VERSION-*.deb" | sort --version-sort | tail -n 1; }

# pull_images KUBEADM
pull_images() {
  local image
  for image in $("$1" config images list --kubernetes-version "v$KUBERNETES_VERSION" \
    ${IMAGE_REPOSITORY:+--image-repository "$IMAGE_REPOSITORY"} 2>>"$STEP_LOG" | needed_images); do
    run crictl pull "$image" || die "the image $image could not be pulled"
  done
}

# Of those on stdin.
needed_images() { if [ "$ROLE" = worker ]; then grep -e /kube-proxy: -e /pause: -e /coredns; else cat; fi; }

# install_staged FOLDER
install_staged() {
  local folder=$1
  [ -e "$folder/digest" ] || return 0
  install_versions
  hold_packages
  rm -rf "$folder"
}

import_images() { :; }

unpin_former_images() { :; }
