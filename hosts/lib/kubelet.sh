# shellcheck shell=bash
# kubelet's settings and its certificate, on a node that lives.
# Needs lib/admin.sh, lib/identity.sh, lib/node.sh.
# shellcheck disable=SC2154

readonly kubelet_settings=/var/lib/kubelet/config.yaml
readonly kubelet_certificate=/var/lib/kubelet/pki/kubelet-client-current.pem
# Those of before, until kubelet is seen to run with the new ones.
readonly kept_kubelet_settings=/var/lib/kubeadm-ha/before-change/kubelet.yaml

# The cluster's settings and the patches for this host, as kubeadm puts them together.
follow_kubelet_settings() {
  [ -e "$kept_kubelet_settings" ] || keep_copy "$kubelet_settings" "$kept_kubelet_settings"
  run kubeadm upgrade node phase kubelet-config --config /run/kubeadm-ha/upgrade.yaml || die "kubeadm could not write kubelet's settings"
  rm -rf /etc/kubernetes/tmp/kubeadm-kubelet-config*
  if ! cmp -s "$kubelet_settings" "$kept_kubelet_settings"; then
    say "kubelet gets other settings"
    run systemctl restart kubelet || true
    within 90 steady 5 kubelet_healthy || refuse_kubelet_settings
    wait_until 120 "the Node is Ready" node_ready
  fi
  sync "$kubelet_settings" # kubeadm, which writes it in any case, does not
  rm -f "$kept_kubelet_settings"
}

# After a step that was cut off before it had seen kubelet run with other settings: whoever wants them gives them again.
put_back_kubelet_settings() {
  [ -e "$kept_kubelet_settings" ] || return 0
  mv -f "$kept_kubelet_settings" "$kubelet_settings"
  run systemctl reset-failed kubelet || true
  run systemctl restart kubelet || true
}

refuse_kubelet_settings() {
  run journalctl --unit kubelet --lines 4 --output cat || true
  put_back_kubelet_settings
  die "kubelet does not run with the settings of the configuration; those of before are in their place again" \
    "set right what the lines above tell (kubeadm.kubeletConfiguration, or a patch for it), then run 'pulumi up' again"
}

node_ready() {
  [ "$(kube --request-timeout=5s get node "$NODE_NAME" --output 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' 2>>"$STEP_LOG")" = True ]
}

kubelet_certificate_valid() { openssl x509 -in "$kubelet_certificate" -noout -checkend 0 >/dev/null 2>&1; }

# kubelet renews its certificate as long as it runs; that of a host which was off for too long has expired. No kubeconfig is
# lent to it for that: kubelet would keep what is in there, as its own.
mend_kubelet_certificate() {
  ! kubelet_certificate_valid || return 0
  say "kubelet's certificate has expired; it gets a new one"
  renew_kubelet_certificate
  run systemctl restart kubelet || true
  wait_until 180 "the Node is Ready" node_ready
}

renew_kubelet_certificate() {
  local certificate
  if is_ca_external; then
    take_up var/lib/kubelet/pki/kubelet-client-current.pem
    return
  fi
  certificate=$(request_kubelet_certificate) || exit 1
  install_kubelet_certificate "$certificate"
}

# Certificate and key, for a key that never leaves this host.
# Source: https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/
request_kubelet_certificate() {
  local request=kubelet-of-$NODE_NAME key
  key=$(openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256)
  run kube delete certificatesigningrequest "$request" --ignore-not-found
  run kube create --filename - <<REQUEST || die "the certificate could not be asked for"
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: { name: $request }
spec:
  signerName: kubernetes.io/kube-apiserver-client-kubelet
  usages: [digital signature, client auth]
  request: $(printf '%s\n' "$key" | openssl req -new -key /dev/stdin -subj "/O=system:nodes/CN=system:node:$NODE_NAME" | base64 --wrap 0)
REQUEST
  run kube certificate approve "$request" || die "the certificate could not be approved"
  wait_until 60 "the cluster has signed kubelet's certificate" is_signed "$request"
  signed "$request"
  printf '%s\n' "$key"
  run kube delete certificatesigningrequest "$request"
}

signed() { kube get certificatesigningrequest "$1" --output 'jsonpath={.status.certificate}' | base64 --decode; }

is_signed() { [ -n "$(signed "$1")" ]; }

# install_kubelet_certificate PEM [FILE]: where kubelet keeps it; its client certificate or, as FILE, the serving one.
install_kubelet_certificate() {
  local current=${2:-$kubelet_certificate} file
  file=${current%-current.pem}-$(date +%Y-%m-%d-%H-%M-%S).pem
  (umask 077 && printf '%s\n' "$1" >"$file")
  openssl x509 -in "$file" -noout -checkend 0 >/dev/null 2>&1 || die "there is no new certificate for kubelet"
  sync "$file"
  ln -sfT "$file" "$current"
}
