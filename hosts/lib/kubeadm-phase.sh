# shellcheck shell=bash

# kubeadm_phase CONFIGURATION PHASE…: a phase of `kubeadm init` on a master that lives.
# Source: https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-init-phase/
kubeadm_phase() {
  run kubeadm init phase "${@:2}" --config "$1" || die "kubeadm does not accept what 'kubeadm' of the configuration says (phase $2)" \
    "set right what the lines above tell, then run 'pulumi up' again"
}
