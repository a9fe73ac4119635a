# shellcheck shell=bash
# Packages from apt repositories: the official ones, or mirrors of them. Images are pulled by kubeadm and kubelet.
# Source: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/

. "$STEP_LIB/apt.sh"
. "$STEP_LIB/tools.sh"

readonly own_lists=/etc/apt/sources.list.d/kubeadm-ha
# Of the sources that packages come from: of this program, or of the host.
lists=()

# apt refuses to read any source if two entries of one have different keys. So a source that the host has already is used as it
# is, in whatever form and with whatever key.
# Source: https://docs.docker.com/engine/install/debian/, https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-upgrade/
add_repositories() {
  rm -f "$own_lists"-*.list
  refuse_unreadable_sources
  lists=()
  # shellcheck disable=SC2086  # URL, suite and components are words of their own
  add_repository kubernetes "$KUBERNETES_KEY_URL" $KUBERNETES_REPOSITORY
  if [ "$CONTAINERD_REPOSITORY" = "$KUBERNETES_REPOSITORY" ]; then
    : # one mirror for both
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

refuse_unreadable_sources() {
  local words
  words=$(apt-get indextargets 2>&1 >/dev/null) || die "apt cannot read the package sources of this host: ${words%%$'\n'*}" \
    "run 'apt-get update' on it, and mend what it says in /etc/apt; then run 'pulumi up' again"
}

# add_repository NAME KEY-URL URL SUITE [COMPONENT…]
add_repository() {
  local name=$1 key_url=$2 list
  shift 2
  list=$(list_of_host "$@")
  if [ -n "$list" ]; then
    say "uses the package source $1 as $list has it"
  else
    list=$own_lists-$name.list
    write_list "$name" "$key_url" "$@"
  fi
  lists+=("$list")
}

# list_of_host URL SUITE [COMPONENT…]: the file that has this source; empty if there is none.
list_of_host() {
  local url=${1%/}/ suite=$2 components=("${@:3}") entries file missing=()
  [ "$suite" != / ] || suite=''
  # The format is apt's. Source: apt's doc/acquire-additional-files.md
  # shellcheck disable=SC2016
  entries=$(apt-get indextargets --no-release-info --format '$(REPO_URI) $(SOURCESENTRY) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' \
    | awk -v url="$url" -v suite="$suite" '$1 == url && (suite == "" ? $3 ~ /COMPONENT/ : $3 == suite) { sub(/:[0-9]+$/, "", $2); print $2, $4 }')
  [ -n "$entries" ] || return 0
  file=${entries%% *}
  for component in "${components[@]}"; do
    grep -qF " $component" <<<"$entries" || missing+=("$component")
  done
  [ "${#missing[@]}" = 0 ] || die "$file has the package source $1 $2 without ${missing[*]}" \
    "add ${missing[*]} to it, or remove it: then this program writes one of its own"
  echo "$file"
}

# write_list NAME KEY-URL URL SUITE [COMPONENT…]
write_list() {
  local name=$1 key_url=$2 keyring=/etc/apt/keyrings/kubeadm-ha-$1
  shift 2
  mkdir -p /etc/apt/keyrings
  run curl --fail --silent --show-error --location --retry 3 --output "$keyring.new" "$key_url" || die "the signing key $key_url cannot be fetched"
  rm -f "$keyring".{asc,gpg}
  # apt tells armored keys from binary ones by the file's name.
  if grep -q 'BEGIN PGP' "$keyring.new"; then keyring=$keyring.asc; else keyring=$keyring.gpg; fi
  mv -f "${keyring%.*}.new" "$keyring"
  chmod 0644 "$keyring"
  echo "deb [signed-by=$keyring] $*" >"$own_lists-$name.list"
}

# Only the lists that packages come from: other repositories of the host may be away without harm. If that fails, this program's are
# removed again: apt on the host must work.
update_lists() {
  local list
  for list in "${lists[@]}"; do
    apt_update -o Dir::Etc::sourcelist="$list" -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0 \
      -o APT::Update::Error-Mode=any && continue
    local entry
    entry=$(grep -hE '^(deb |URIs:)' "$list" | sed 's/^deb \(\[[^]]*\] \)\?//' | head -n 1)
    rm -f "$own_lists"-*.list
    die "apt-get update failed for $entry" "check URL, suite and signing key under packages"
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

install_tools() {
  local missing
  missing=$(missing_tool_packages | paste -sd ' ')
  [ -n "$missing" ] || return 0
  say "installs $missing"
  # shellcheck disable=SC2086  # names are words of their own
  apt_install --no-install-recommends $missing
}

# No package that is installed depends on it (kubernetes/release, cmd/krel/templates/latest/metadata.yaml), and its versions are its
# own: 1.36.0 beside Kubernetes 1.36.3.
readonly crictl_package=cri-tools

has_crictl() { command -v crictl >/dev/null; }

install_crictl() {
  say "installs $crictl_package"
  add_repositories
  update_lists
  apt_install "$crictl_package"
}

install_packages() {
  if has_packages; then
    has_crictl || install_crictl
    write_crictl_settings
    hold_packages || true # those of a node that was made by hand may be no packages
    return
  fi
  say "installs Kubernetes $KUBERNETES_VERSION and $CONTAINERD_PACKAGE from apt repositories"
  add_repositories
  update_lists
  if [ -n "$CONTAINERD_VERSION" ]; then install_versions "$crictl_package"; else install_versions "$crictl_package" "$CONTAINERD_PACKAGE"; fi
  write_crictl_settings
  hold_packages
}

# An unattended upgrade of these would be an upgrade of the cluster. crictl, which an earlier kubeadm may have brought along, is not to
# go with it.
hold_packages() {
  run apt-mark manual "$crictl_package" || true
  run apt-mark hold kubelet kubeadm kubectl ${CONTAINERD_VERSION:+"$CONTAINERD_PACKAGE"}
}

# stage_packages FOLDER: beside what runs, for this host's turn. The packages wait in apt's cache; another kubeadm is unpacked,
# into the folder.
stage_packages() {
  local folder=$1 wanted="$KUBERNETES_VERSION $CONTAINERD_VERSION"
  [ "$(cat "$folder/digest" 2>/dev/null)" != "$wanted" ] || return 0
  say "gets Kubernetes $KUBERNETES_VERSION from apt repositories"
  add_repositories
  update_lists
  install_versions --download-only "$crictl_package"
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
  install_versions "$crictl_package"
  hold_packages
  rm -rf "$folder"
}

import_images() { :; }

unpin_former_images() { :; }
