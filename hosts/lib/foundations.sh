# shellcheck shell=bash
# What a living cluster cannot be made another in: what runs would no longer find the rest. Each master looks at what it runs
# with, before any host changes, and needs no API server for it.
# Needs lib/certificates.sh, lib/comparison.sh, lib/kept-manifests.sh.
# shellcheck disable=SC2154

refuse_other_foundations() {
  local field has wants
  is_joined && [ "${ADOPTED:-no}" != yes ] || return 0
  for field in podSubnet serviceSubnet dnsDomain clusterName controlPlaneEndpoint; do
    has=$(present_foundation "$field")
    wants=$(document ClusterConfiguration <"$kubeadm_configuration" | sed -n "s/^ *$field: *//p" | tr -d '"')
    [ -z "$has" ] || [ -z "$wants" ] || [ "$wants" = "$has" ] \
      || die "the cluster's $field is $has, and the configuration makes it $wants; a living cluster keeps it" \
        "set it back as it was; for another one make a new cluster and move the workloads"
  done
}

# present_foundation FIELD: empty where it cannot be seen.
present_foundation() {
  case $1 in
    podSubnet) controller_manager_argument cluster-cidr ;;
    serviceSubnet) controller_manager_argument service-cluster-ip-range ;;
    clusterName) controller_manager_argument cluster-name ;;
    dnsDomain) sed -n 's/^clusterDomain: *//p' /var/lib/kubelet/config.yaml ;;
    controlPlaneEndpoint) sed -n 's#^ *server: *https://##p' /etc/kubernetes/admin.conf ;;
  esac 2>/dev/null || true
}

controller_manager_argument() { sed -n "s/^ *- --$1=//p" "$manifests/kube-controller-manager.yaml"; }
