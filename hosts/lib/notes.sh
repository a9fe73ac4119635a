# shellcheck shell=bash
# What a step has begun at the whole cluster, for whichever host goes on with it: annotations of the namespace kube-system.
# Needs lib/admin.sh.

noted() {
  local notes
  notes=$(kube --request-timeout=30s get namespace kube-system --output "jsonpath={.metadata.annotations}" 2>>"$STEP_LOG") \
    || die "the namespace kube-system cannot be read"
  [[ $notes == *"\"kubeadm-ha/$1\":"* ]]
}

note() { run kube --request-timeout=30s annotate namespace kube-system --overwrite "kubeadm-ha/$1=begun" || die "the namespace kube-system cannot be annotated"; }

forget_note() { run kube --request-timeout=30s annotate namespace kube-system "kubeadm-ha/$1-" || die "the namespace kube-system cannot be annotated"; }
