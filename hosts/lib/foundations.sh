# shellcheck shell=bash
# What a living cluster cannot be made another in: what runs would no longer find the rest. Each master looks at what it runs
# with, before any host changes, and needs no API server for it.
# Needs lib/certificates.sh, lib/comparison.sh, lib/kept-manifests.sh.
# shellcheck disable=SC2154

refuse_other_foundations() {
  local field has wants
  is_joined && [ "${ADOPTED:-no}" != yes ] || return 0
  refuse_other_address "$(present_address)" "$(configured_address)"
  for field in podSubnet serviceSubnet dnsDomain clusterName controlPlaneEndpoint; do
    has=$(present_foundation "$field")
    wants=$(document ClusterConfiguration <"$kubeadm_configuration" | sed -n "s/^ *$field: *//p" | tr -d '"')
    [ -z "$has" ] || [ -z "$wants" ] || [ "$wants" = "$has" ] \
      || die "the cluster's $field is $has, and the configuration makes it $wants; a living cluster keeps it" \
        "set it back as it was; for another one make a new cluster and move the workloads"
  done
}

# Members of etcd know one another by their addresses.
# refuse_other_address HAS WANTS: empty where it is not known.
refuse_other_address() {
  [ -z "$1" ] || [ -z "$2" ] || [ "$1" = "$2" ] \
    || die "the cluster knows this host at $1, and the configuration puts it at $2; what is a master or a member of etcd keeps its address" \
      "say 'nodeIp: $1' beside its 'host'; for another address take the host out of the configuration, and add it anew under another name"
}

present_address() { sed -n 's/^ *- --advertise-address=//p' "$manifests/kube-apiserver.yaml" 2>/dev/null || true; }

configured_address() { document InitConfiguration <"$kubeadm_configuration" | sed -n 's/^ *advertiseAddress: *//p'; }

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
