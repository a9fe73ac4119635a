# shellcheck shell=bash
# The static pods' manifests of before a change, and the files that they name, until the control plane is seen to be healthy
# with the new ones.
# Needs lib/master-turn.sh, lib/node.sh.

. "$STEP_LIB/manifests.sh"
. "$STEP_LIB/control-plane-files.sh"

readonly kept_manifests=/var/lib/kubeadm-ha/before-change/manifests

keep_manifests() {
  [ ! -d "$kept_manifests" ] || return 0
  rm -rf "$kept_manifests.new"
  (umask 077 && mkdir -p "$kept_manifests.new" && cp "$manifests"/*.yaml "$kept_manifests.new")
  [ ! -d "$control_plane_files" ] || cp --archive "$control_plane_files" "$kept_manifests.new/files"
  write_out
  mv -T "$kept_manifests.new" "$kept_manifests"
}

# Status 1 where the control plane does not become healthy with them either.
put_back_manifests() {
  local file
  run systemctl stop kubelet || true
  (remove_static_pods) || remove_control_plane_pods # it ends where etcd's leadership cannot be handed over
  place_control_plane_files "$kept_manifests/files"
  for file in "$kept_manifests"/*.yaml; do put_manifest "$file"; done
  run systemctl start kubelet || true
  within 240 steady 10 control_plane_healthy || return 1
  rm -rf "$kept_manifests"
}

# After a step that was cut off. Those with which all is well stay: the change goes on from there.
put_back_unhealthy_manifests() {
  [ -d "$kept_manifests" ] && ! within 60 control_plane_healthy || return 0
  say "its control plane is not healthy with the settings of a change that was cut off; those of before are put back"
  put_back_manifests || say "its control plane is not healthy with those either"
}

# Names of the control plane's components of which a container has ended.
ill_components() {
  crictl ps --all --state exited --output json --label io.kubernetes.pod.namespace=kube-system 2>>"$STEP_LOG" \
    | sed -n 's/^ *"name": "\(kube-apiserver\|kube-controller-manager\|kube-scheduler\|etcd\)",\?$/\1/p' | sort -u || true
}

# words_of COMPONENTS: the last that their containers have said.
words_of() {
  local component
  for component in $1; do
    crictl logs --tail 3 "$(crictl ps --all --name "^$component\$" --quiet | head -n 1)" 2>&1 | sed "s/^/$component: /" || true
  done
}
