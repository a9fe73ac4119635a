# shellcheck shell=bash
# The certificates that kubeadm makes on a master from the cluster's CAs, and that end long before those.
# Source: https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/

. "$STEP_LIB/given-certificates.sh"

# kubeadm's file for this master, and until when its certificates have to last: by then the next renewal is due.
readonly kubeadm_configuration=/etc/kubeadm-ha/kubeadm.yaml certificates_until=/etc/kubeadm-ha/certificates-until

# One line each: seconds since 1970. The client certificate for an etcd elsewhere is none of kubeadm's.
certificate_ends() {
  local file pki=/etc/kubernetes/pki
  for file in $pki/{apiserver,apiserver-kubelet-client,apiserver-etcd-client,front-proxy-client}.crt $pki/etcd/{server,peer,healthcheck-client}.crt; do
    [ ! -e "$file" ] || [[ $ETCD != stacked && $file == */apiserver-etcd-client.crt ]] || end_of <"$file"
  done
  for file in /etc/kubernetes/{admin,super-admin,controller-manager,scheduler}.conf; do
    [ ! -e "$file" ] || sed -n 's/^ *client-certificate-data: //p' "$file" | base64 --decode | end_of
  done
}

end_of() { date --date "$(openssl x509 -noout -enddate | cut -d= -f2)" +%s; }

first_end() { certificate_ends | sort -n | head -n 1; }

date_of() { date --utc --date "@$1" +%FT%TZ; }

certificates_due() {
  if is_ca_external; then given_ones_due; else end_too_soon; fi
}

end_too_soon() { [ "$(first_end)" -lt "$(date --date "$(<"$certificates_until")" +%s)" ]; }

renew_certificates() {
  if is_ca_external; then
    take_up_given
  else
    run kubeadm certs renew all --config "$kubeadm_configuration" || die "kubeadm could not renew the certificates"
  fi
}

# Nobody is served by a control plane whose certificates have expired, and nobody can be asked: each master mends its own,
# all of them at once.
mend_expired_certificates() {
  is_joined && [ "$(first_end)" -le "$(date +%s)" ] || return 0
  say "has certificates that have expired; renews them and restarts its control plane"
  keep_files
  run systemctl stop kubelet || true
  # Without a certificate that is valid kubelet would not even start. First, for it is the others that tell whether this is done.
  is_ca_external || kubelet_certificate_valid || install_kubelet_certificate "$(sign_kubelet_certificate)"
  renew_certificates
  wake_runtime
  remove_control_plane_pods
  run systemctl reset-failed kubelet || true
  run systemctl start kubelet || die "kubelet does not start" "look at 'journalctl -u kubelet' on this host"
  forget_kept_files
}

# As kubeadm's own recovery of a kubelet; a master has the CA's key. kubelet renews it, with another key, in time.
# Source: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/troubleshooting-kubeadm/
sign_kubelet_certificate() {
  local kubeconfig field
  kubeconfig=$(kubeadm kubeconfig user --org system:nodes --client-name "system:node:$NODE_NAME" --config "$kubeadm_configuration" 2>>"$STEP_LOG")
  for field in client-certificate-data client-key-data; do
    sed -n "s/^ *$field: //p" <<<"$kubeconfig" | base64 --decode
  done
}
