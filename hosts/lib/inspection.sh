# shellcheck shell=bash
# A master that was made by hand, and its cluster, before anything of them changes: what cannot be taken over is refused by
# name. Settings: NODE_NAME, ADDRESS, KUBERNETES_VERSION, ENDPOINT.

. "$STEP_LIB/comparison.sh"
. "$STEP_LIB/kubeconfigs.sh"

# Another in tests.
readonly memory=${MEMORY_FOLDER:-/run/kubeadm-ha}
readonly master_pki=$kubernetes/pki api_server_manifest=$kubernetes/manifests/kube-apiserver.yaml etcd_manifest=$kubernetes/manifests/etcd.yaml

# kubectl with the host's own identity, at its own API server, wherever its kubeconfigs lead.
kube_here() {
  kubectl --kubeconfig "$kubernetes/admin.conf" --server "https://$(advertised_address):6443" --request-timeout=20s "$@" 2>>"$STEP_LOG"
}

# argument MANIFEST NAME: of a static pod.
argument() { sed -n "s/^ *- --$2=//p" "$1"; }

advertised_address() { argument "$api_server_manifest" advertise-address; }

refuse_no_master() {
  local file missing=()
  for file in admin.conf kubelet.conf manifests/kube-apiserver.yaml pki/ca.crt; do
    [ -s "$kubernetes/$file" ] || missing+=("$kubernetes/$file")
  done
  [ "${#missing[@]}" = 0 ] || die "there is no master here that kubeadm has made: ${missing[*]} is missing" \
    "'adopt: true' is for a master of a cluster that runs already; is the address right? Take it away, and this host becomes a new master"
}

refuse_other_layout() {
  local ca
  [ -s "$etcd_manifest" ] || die "the etcd of this cluster is not on its masters ($etcd_manifest is missing)" \
    "only clusters whose masters run etcd are taken over"
  [ "$(argument "$etcd_manifest" data-dir)" = /var/lib/etcd ] || die "etcd's data are in $(argument "$etcd_manifest" data-dir), and kubeadm-ha looks for them in /var/lib/etcd" \
    "move them (etcd.local.dataDir in kubeadm's configuration, and --data-dir in $etcd_manifest), then run 'pulumi up' again"
  ca=$(argument "$api_server_manifest" client-ca-file)
  [ "$ca" = /etc/kubernetes/pki/ca.crt ] || die "the PKI of this cluster is not in kubeadm's own place (the API server reads $ca)" \
    "clusters with another certificatesDir are not taken over"
  [ "$(argument "$api_server_manifest" secure-port)" = 6443 ] \
    || die "the API server listens on port $(argument "$api_server_manifest" secure-port); behind the load balancer all have port 6443" \
      "set --secure-port and the probes' ports in $api_server_manifest to 6443, and the servers in $kubernetes/*.conf, then run 'pulumi up' again"
  [ -z "$ADDRESS" ] || [ "$(advertised_address)" = "$ADDRESS" ] \
    || die "the API server of this host announces $(advertised_address), and the configuration says $ADDRESS" "say 'nodeIp: $(advertised_address)' beside it"
}

# Hosts join with certificates that the CA's key signs.
refuse_missing_key() {
  local name missing=()
  for name in ca front-proxy-ca etcd/ca; do
    [ -s "$master_pki/$name.key" ] || missing+=("$master_pki/$name.key")
  done
  [ -s "$master_pki/sa.key" ] || missing+=("$master_pki/sa.key")
  [ "${#missing[@]}" = 0 ] || die "the key of a CA is not on this master: ${missing[*]} is missing (kubeadm calls that an external CA)" \
    "put it there as long as 'pulumi up' runs for the first time: Pulumi keeps it, encrypted, and signs each node's identity with it. Without it this cluster cannot be taken over; kubeadm's own ways (tokens, certificates that you sign) go on working"
  for name in ca front-proxy-ca etcd/ca; do
    [ "$(grep -c 'BEGIN CERTIFICATE' "$master_pki/$name.crt")" = 1 ] \
      || die "$master_pki/$name.crt holds several certificates, as while a CA is being replaced" "finish that first, so that one is left"
    [ "$(openssl x509 -in "$master_pki/$name.crt" -noout -pubkey)" = "$(openssl pkey -in "$master_pki/$name.key" -pubout 2>>"$STEP_LOG")" ] \
      || die "$master_pki/$name.key is not the key of $master_pki/$name.crt" "put the right one there"
  done
}

# Expired: nothing of kubeadm works. Soon: a person should know.
refuse_expired() {
  local file expired=() soon=()
  for file in "$master_pki"/*.crt "$master_pki"/etcd/*.crt; do
    openssl x509 -in "$file" -noout -checkend 0 >/dev/null || { expired+=("$file") && continue; }
    openssl x509 -in "$file" -noout -checkend $((30 * 24 * 3600)) >/dev/null || soon+=("$file")
  done
  [ "${#expired[@]}" = 0 ] || die "certificates have expired: ${expired[*]}" \
    "'kubeadm certs renew all' on this host, restart its static pods, then run 'pulumi up' again"
  [ "${#soon[@]}" = 0 ] || say "certificates that expire within 30 days ('kubeadm certs renew all'): ${soon[*]}"
}

refuse_other_version() {
  local part version
  for part in kubelet kubeadm 'API server'; do
    version=$(version_of "$part") || die "the $part of this host does not tell its version" "does it run? Look at 'journalctl -u kubelet' on this host"
    [ "$version" = "v$KUBERNETES_VERSION" ] || die "the $part of this host is $version, and the configuration says $KUBERNETES_VERSION" \
      "set kubernetesVersion to what runs, or upgrade to it first by kubeadm's own steps (kubernetes.io, Upgrading kubeadm clusters)"
  done
}

version_of() {
  case $1 in
    kubelet) kubelet --version | sed 's/^Kubernetes //' ;;
    kubeadm) kubeadm version --output short ;;
    'API server') kube_here get --raw /version | sed -n 's/^ *"gitVersion": "\(.*\)",*$/\1/p' | grep . ;;
  esac
}

refuse_other_node_name() {
  local name
  name=$(kubelet_name)
  [ "$name" = "$NODE_NAME" ] || die "this host is node ${name:-(kubelet has no certificate)} of its cluster, and the configuration calls it $NODE_NAME" \
    "a node keeps its name: call it ${name:-as the cluster does}"
}

# One line a node: "NAME master|worker True|False|Unknown RUNTIME".
nodes() {
  local of='{range .items[*]}{.metadata.name} ROLE {.status.conditions[?(@.type=="Ready")].status} {.status.nodeInfo.containerRuntimeVersion}{"\n"}{end}'
  local label=node-role.kubernetes.io/control-plane
  kube_here get nodes --selector "$label" --output jsonpath="${of/ROLE/master}" \
    && kube_here get nodes --selector "!$label" --output jsonpath="${of/ROLE/worker}"
}

# listed ROLE NAME [adopted|new]: by the configuration.
listed() { grep -qxF "$*" "$memory/nodes"; }

# judge_nodes: from `nodes` on stdin. Which there are, and which of them cannot be as they are.
judge_nodes() {
  local name kind ready runtime workers=() others=()
  while read -r name kind ready runtime; do
    if [ "$kind" = master ] && ! listed master "$name" adopted; then
      die "$name is a master of this cluster, and the configuration does not say so" \
        "list all masters of the cluster with 'adopt: true', before those that are to join it"
    fi
    if [ "$kind" = worker ] && ! listed worker "$name"; then
      others+=("$name")
      continue
    fi
    [ "$kind" = master ] || workers+=("$name")
    [ "$ready" = True ] || die "node $name is not Ready" "bring it back first, or, if it is a worker, leave it out of the configuration for now"
    [[ $runtime == containerd://* ]] || die "node $name runs its containers with ${runtime%%:*}, and kubeadm-ha sets up containerd" \
      "change its container runtime first (kubernetes.io, Changing the Container Runtime on a Node), or leave it out of the configuration"
  done
  say "workers of the cluster: ${workers[*]:-none that is listed}${others[*]:+; not listed: ${others[*]}}"
}

refuse_unhealthy_etcd() {
  local dead
  [[ $(member_health) == *healthy* ]] || die "etcd does not answer" "look at its container on this host: crictl ps --name etcd"
  dead=$(dead_members)
  [ -z "$dead" ] || die "the etcd member of $dead does not answer" "bring it back, or remove it from etcd, first"
}

# What kubeadm keeps of the cluster, as its current version of the API says it.
present_cluster_configuration() {
  {
    printf '%s\n' 'apiVersion: kubeadm.k8s.io/v1beta4' 'kind: InitConfiguration' \
      "nodeRegistration: {name: $NODE_NAME, criSocket: unix:///run/containerd/containerd.sock}" \
      "localAPIEndpoint: {advertiseAddress: $(advertised_address)}" ---
    config_map kubeadm-config ClusterConfiguration || return 1
  } >"$memory/present.yaml"
  kubeadm config migrate --old-config "$memory/present.yaml" 2>>"$STEP_LOG" | document ClusterConfiguration
}

# config_map NAME KEY: an entry of a ConfigMap of kube-system.
config_map() { kube_here --namespace kube-system get configmap "$1" --output jsonpath="{.data['${2//./\\.}']}" && echo; }

refuse_old_configuration() {
  local version
  version=$(config_map kubeadm-config ClusterConfiguration | sed -n 's,^apiVersion: kubeadm.k8s.io/,,p')
  case $version in
    v1beta4 | v1beta3) ;;
    '') die "the cluster has no ClusterConfiguration (ConfigMap kubeadm-config in kube-system)" \
      "was it made with kubeadm? 'kubeadm init phase upload-config kubeadm --config FILE' brings it back" ;;
    *) die "the ClusterConfiguration of this cluster is of version $version; v1beta3 and v1beta4 are read" \
      "'kubeadm config migrate' with a kubeadm that reads it, then 'kubeadm init phase upload-config kubeadm --config FILE'" ;;
  esac
}

# compare WANTED: kubeadm's file for `kubeadm init` with what the cluster has; kubeadm fills in its defaults on both sides.
compare() {
  local folder=$memory kind key name prefix
  present_cluster_configuration | as_json | settings clusterConfiguration >"$folder/has" || die "kubeadm cannot read the cluster's ClusterConfiguration"
  kubeadm config migrate --old-config "$1" 2>>"$STEP_LOG" | document ClusterConfiguration | as_json | settings clusterConfiguration >"$folder/cluster-wants" \
    || die "kubeadm cannot read what the configuration says"
  cp "$folder/cluster-wants" "$folder/wants"
  kubeadm config print init-defaults --component-configs KubeletConfiguration,KubeProxyConfiguration >"$folder/defaults.yaml" 2>>"$STEP_LOG" \
    || die "kubeadm does not tell its defaults"
  while read -r kind name key prefix; do
    if ! config_map "$name" "$key" >"$folder/live.yaml"; then
      [ "$name" = kube-proxy ] || die "the ConfigMap $name in kube-system cannot be read"
      say "the cluster has no kube-proxy of kubeadm's, and gets none"
      continue
    fi
    as_json <"$folder/live.yaml" | settings "$prefix" | not_derived >>"$folder/has"
    document "$kind" <"$folder/defaults.yaml" | as_json | settings "$prefix" | not_derived | known_to "$folder/has" >"$folder/defaults"
    {
      document "$kind" <"$1" | as_json | settings "$prefix"
      derived "$prefix" <"$folder/cluster-wants"
    } | or_else "$folder/defaults" >>"$folder/wants"
  done <<'END'
KubeletConfiguration kubelet-config kubelet kubeletConfiguration
KubeProxyConfiguration kube-proxy config.conf kubeProxyConfiguration
END
  LC_ALL=C sort -o "$folder/has" "$folder/has"
  LC_ALL=C sort -o "$folder/wants" "$folder/wants"
  differences "$folder/has" "$folder/wants" >"$folder/differences"
  judge_differences <"$folder/differences"
}

# known_to FILE: of the settings on stdin those that the file has too. Another default is no difference where there is none.
known_to() { awk -F'\t' 'NR == FNR { known[$1]; next } $1 in known' "$1" -; }

# kubeadm makes these of its other settings, or of the host.
not_derived() { grep -v -e '^kubeletConfiguration\.clusterDNS' -e '^kubeletConfiguration\.resolvConf' || true; }

# derived PREFIX: what kubeadm makes of the wanted ClusterConfiguration.
derived() {
  local of=clusterConfiguration.networking
  case $1 in
    kubeletConfiguration) sed -n "s/^$of.dnsDomain\t/$1.clusterDomain\t/p" ;;
    kubeProxyConfiguration) sed -n "s/^$of.podSubnet\t/$1.clusterCIDR\t/p" ;;
  esac
}
