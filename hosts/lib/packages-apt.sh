# shellcheck shell=bash
# Packages from apt repositories: the official ones, or mirrors of them. Images are pulled by kubeadm and kubelet.
# Source: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/

export DEBIAN_FRONTEND=noninteractive

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
    run apt-get update -o Dir::Etc::sourcelist="$list" -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0 \
      -o APT::Update::Error-Mode=any || die "apt-get update failed for $(cut -d' ' -f3- "$list")" "check URL, suite and signing key under packages"
  done
}

has_packages() {
  command -v containerd kubeadm kubectl kubelet >/dev/null && [ "$(kubelet --version)" = "Kubernetes v$KUBERNETES_VERSION" ]
}

readonly kubernetes_packages=("kubelet=$KUBERNETES_VERSION-*" "kubeadm=$KUBERNETES_VERSION-*" "kubectl=$KUBERNETES_VERSION-*")

# apt_install PACKAGE-OR-OPTION…
apt_install() {
  run apt-get install --yes --allow-change-held-packages -o Dpkg::Options::=--force-confold "$@" || die "apt-get could not install $*"
}

install_packages() {
  ! has_packages || return 0
  say "installs Kubernetes $KUBERNETES_VERSION and $CONTAINERD_PACKAGE from apt repositories"
  add_repositories
  update_lists
  apt_install "$CONTAINERD_PACKAGE" "${kubernetes_packages[@]}"
  hold_packages
}

# An unattended upgrade of these would be an upgrade of the cluster.
hold_packages() { run apt-mark hold kubelet kubeadm kubectl; }

# stage_packages FOLDER: for an upgrade. The packages wait in apt's cache; kubeadm alone is unpacked, into the folder.
stage_packages() {
  local folder=$1
  [ "$(cat "$folder/digest" 2>/dev/null)" != "$KUBERNETES_VERSION" ] || return 0
  say "gets Kubernetes $KUBERNETES_VERSION from apt repositories"
  add_repositories
  update_lists
  apt_install --download-only "${kubernetes_packages[@]}"
  mkdir -p "$folder/bin"
  dpkg-deb --fsys-tarfile "$(newest_archive kubeadm)" | tar -xO ./usr/bin/kubeadm >"$folder/bin/kubeadm"
  chmod 0755 "$folder/bin/kubeadm"
  pull_images "$folder/bin/kubeadm"
  echo "$KUBERNETES_VERSION" >"$folder/digest"
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
  apt_install "${kubernetes_packages[@]}"
  hold_packages
  rm -rf "$folder"
}

import_images() { :; }

unpin_former_images() { :; }
