# shellcheck shell=bash
# Files that the control plane's arguments name, an audit policy say, as components/controlPlaneFiles.ts brings them: beside
# those that the control plane of a living master has read, until its turn.

readonly control_plane_files=/etc/kubernetes/files wanted_control_plane_files=/etc/kubeadm-ha/files

forget_control_plane_files() { rm -rf "$wanted_control_plane_files"; }

control_plane_files_differ() {
  [ -d "$wanted_control_plane_files" ] || [ -d "$control_plane_files" ] || return 1
  ! diff --recursive --brief "$wanted_control_plane_files" "$control_plane_files" >/dev/null 2>&1
}

# place_control_plane_files FOLDER: all of its files, and no others.
place_control_plane_files() {
  rm -rf "$control_plane_files.new"
  [ ! -d "$1" ] || (umask 077 && cp --recursive "$1" "$control_plane_files.new")
  rm -rf "$control_plane_files"
  [ ! -d "$control_plane_files.new" ] || mv -T "$control_plane_files.new" "$control_plane_files"
}
