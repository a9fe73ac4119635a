# shellcheck shell=bash
# The control plane of a master that lives, as the configuration has it now: manifests, certificates, kubeadm's ConfigMaps.
# Source: https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-reconfigure/
# Needs lib/master-turn.sh, lib/kept-manifests.sh.
# shellcheck disable=SC2154

. "$STEP_LIB/certificates.sh"
. "$STEP_LIB/certificate-names.sh"
. "$STEP_LIB/comparison.sh"
. "$STEP_LIB/kubeadm-phase.sh"
. "$STEP_LIB/master-rotation.sh"

# kubeadm's file for this master, with the members that its etcd has now.
readonly present_configuration=/run/kubeadm-ha/kubeadm.yaml

maintain_control_plane() {
  if [ "${ADOPTED:-no}" = yes ]; then
    follow_settings
  elif is_ca_external; then
    stand_in_for_super_admin
    follow_settings
    remove_stand_in
  elif trusts_two && ! rotation_begun; then
    [ -s "$present_pki/signing-ca.crt" ] || put_shared signing-ca.crt
    follow_settings
    follow_shared_pki
  else
    follow_shared_pki
    follow_settings
    trusts_two || rm -f "$present_pki/signing-ca.crt"
  fi
}

follow_settings() {
  local changed='' due=no
  ! certificates_due || due=yes
  if [ "${ADOPTED:-no}" != yes ]; then
    put_in_present_members
    render_manifests
    changed=$(changed_manifests)
    ! control_plane_files_differ || changed+="${changed:+$'\n'}files"
    follow_names
  fi
  if [ -n "$changed" ] || [ -d "$kept_manifests" ]; then
    change_control_plane "$changed" "$due"
  elif [ "$due" = yes ]; then
    say "renews its certificates, the first of which ends at $(date_of "$(first_end)"), and restarts its control plane"
    restart_control_plane renew_certificates
    wait_until 300 "the control plane of this host is healthy for 10 s" steady 10 control_plane_healthy
  fi
  if [ "${ADOPTED:-no}" != yes ]; then
    tell_cluster
  fi
}

follow_names() {
  local certificate certificates=(apiserver)
  if is_ca_external; then
    follow_given_names
    return
  fi
  [ "$ETCD" != stacked ] || certificates+=(etcd-server etcd-peer)
  for certificate in "${certificates[@]}"; do follow_names_in "$certificate"; done
}

# follow_names_in apiserver|etcd-server|etcd-peer: what shows it takes the new pair up by itself.
follow_names_in() {
  local names configuration=/run/kubeadm-ha/certificate.yaml
  sed "s#^kind: ClusterConfiguration#&\ncertificatesDir: $new_pki#" "$present_configuration" >"$configuration"
  issue_certificate "$configuration" "$1"
  names=$(names_of "$new_pki/${pair_of[$1]}.crt")
  if [ "$names" = "$(names_of "$serving_pki/${pair_of[$1]}.crt")" ]; then
    rm -rf "$new_pki"
  else
    say "its certificate $1 has these names now: $(paste -sd ' ' <<<"$names")"
    install_certificate "$1"
  fi
}

# Where etcd is on hosts of its own, they come and go by a step of their own.
put_in_present_members() {
  local servers
  servers=$(sed -n 's/^ *- --etcd-servers=//p' "$manifests/kube-apiserver.yaml")
  awk -v servers="$servers" '
    /- https:\/\/present-members\.invalid:2379$/ {
      sub(/https:.*/, "")
      count = split(servers, server, ",")
      for (i = 1; i <= count; i++) print $0 server[i]
      next
    }
    { print }' "$kubeadm_configuration" >"$present_configuration"
}

render_manifests() {
  rm -rf "$wanted_manifests"
  mkdir -p "$wanted_manifests"
  render control-plane all
  [ "$ETCD" != stacked ] || render etcd local
}

render() {
  KUBEADM_INIT_DRYRUN_DIR=$wanted_manifests kubeadm_phase "$present_configuration" "$@" --dry-run
}

# Names of the static pods, a line each.
changed_manifests() {
  local file
  for file in "$wanted_manifests"/*.yaml; do
    cmp -s <(settings_of "$file") <(settings_of "$manifests/${file##*/}") || basename "$file" .yaml
  done
}

# Without what etcd reads only when it has no data yet: kubeadm writes something else there for a member that joins.
settings_of() { grep -v -e '--initial-cluster' "$1"; }

# change_control_plane NAMES yes|no: the latter, whether certificates are due, too.
change_control_plane() {
  say "its control plane gets other settings: $(tr '\n' ' ' <<<"${1:-as begun}")"
  keep_manifests
  if [ "$2" = yes ]; then restart_control_plane renew_and_replace; else restart_control_plane replace_manifests; fi
  within 240 steady 10 control_plane_healthy || refuse_settings
  rm -rf "$kept_manifests"
}

renew_and_replace() {
  renew_certificates
  replace_manifests
}

replace_manifests() {
  local file
  place_control_plane_files "$wanted_control_plane_files"
  for file in "$wanted_manifests"/*.yaml; do put_manifest "$file"; done
}

refuse_settings() {
  local ill words
  ill=$(ill_components)
  words=$(words_of "$ill")
  say "its control plane does not become healthy; the settings of before are put back"
  put_back_manifests || die "the control plane is healthy neither with the settings of the configuration nor with those of before" \
    "look at 'crictl ps -a' and 'crictl logs' on this host"
  log_line "what the containers said:"$'\n'"$words"
  die "the control plane does not become healthy with the settings of the configuration (look at: ${ill:-all of it}); those of before are in their place again, and no other master was changed" \
    "set right what the lines above tell, under kubeadm.clusterConfiguration or in a patch, then run 'pulumi up' again"
}

# What nodes that join, and the next upgrade, go by. kubeadm's add-ons have a step of their own (follow-addons).
tell_cluster() { kubeadm_phase "$present_configuration" upload-config all; }
