# shellcheck shell=bash
# A cluster is initialized once: a second `kubeadm init` with the same CA makes a second etcd, and nodes follow the API server
# that answers. So before it, every listed host and the endpoint are asked whether the cluster exists.
# Sources: openssl-s_client(1), openssl-verify(1), openssl-verification-options(1); kubeadm's ports:
# https://kubernetes.io/docs/reference/networking/ports-and-protocols/

# Which host initializes: INIT_HOST, as the state records it, and INIT_SETTING, the setting that chooses another one.
readonly init_settings=/run/kubeadm-ha/init.conf
# A line for each place to ask: "KIND NAME HOST PORT required|optional"; KIND is master, endpoint or etcd. An optional one may
# be silent.
readonly init_peers=/run/kubeadm-ha/init-peers

# The next file on stdin.
receive_init_settings() {
  receive_file
  # shellcheck source=/dev/null
  . "$init_settings"
}

refuse_other_init_host() {
  [ "$INIT_HOST" = "$NODE_NAME" ] || die "the stack's state records that $INIT_HOST initializes the cluster, and $INIT_HOST is not in use, so it cannot be asked" \
    "put $INIT_HOST back into the configuration; only if it will not come back and never ran a cluster, set '$INIT_SETTING: $NODE_NAME'"
}

# refuse_existing_cluster KIND…: asks the places of these kinds, this host left out.
refuse_existing_cluster() {
  local kind name host port rule answer
  command -v openssl >/dev/null || die "openssl is missing on this host, so the other hosts cannot be asked whether the cluster exists" "install it, then run 'pulumi up' again"
  while read -r kind name host port rule; do
    if [[ " $* " != *" $kind "* ]] || { [ "$kind" != endpoint ] && [ "$name" = "$NODE_NAME" ]; }; then
      continue
    fi
    answer=$(answer_of "$kind" "$host" "$port") || exit 1
    log_line "$name ($host:$port) was asked whether the cluster exists: $answer"
    case $answer in
      cluster) refuse_second_initialization "$kind" "$name" "$host:$port" ;;
      running) refuse_running_node "$name" "$host" ;;
      silent) [ "$rule" = optional ] || refuse_silence "$name" "$host:$port" ;;
    esac
  done <"$init_peers"
}

refuse_second_initialization() {
  local advice="set '$INIT_SETTING: $2', then run 'pulumi up' again: $2 finds the cluster initialized, and this host joins it; remove the setting afterwards"
  [ "$1" != endpoint ] || advice="set '$INIT_SETTING' to a host of that cluster, then run 'pulumi up' again: it finds the cluster initialized, and this host joins it; remove the setting afterwards"
  die "the cluster exists already: $2 ($3) answers with a certificate of this cluster's CA, and a second initialization would split it" "$advice"
}

refuse_running_node() {
  die "$1 ($2) runs kubelet or an etcd member, so the cluster may exist there though it does not answer now" \
    "look at $1: if it is of this cluster, bring its control plane back, then run 'pulumi up' again; if nothing on it is needed any more, run 'kubeadm reset' there"
}

refuse_silence() {
  die "$1 ($2) does not answer, so it cannot be known whether the cluster exists already (a refused connection would be an answer)" \
    "switch $1 on, or open its port ${2##*:} to this host (see 'Ports and Protocols' on kubernetes.io), then run 'pulumi up' again"
}

# answer_of KIND HOST PORT: "cluster": TLS with a certificate of this cluster's CA, valid now or not. "running": nothing of it
# answers, but a component that only a node or a member runs listens. "none": the host is on, and there is nothing of the cluster.
# "silent": it cannot be known.
answer_of() {
  local kind=$1 host=$2 port=$3 answer=none
  case $(listens "$host" "$port") in
    no) ;;
    yes) answer=$(shown_by "$kind" "$host" "$port") || exit 1 ;;
    *) answer=silent ;;
  esac
  # kubelet's port, and that of etcd's peers, which a member without a quorum listens on.
  if [ "$answer" = none ]; then
    case $kind in
      master) [ "$(listens "$host" 10250)" != yes ] || answer=running ;;
      etcd) [ "$(listens "$host" 2380)" != yes ] || answer=running ;;
    esac
  fi
  echo "$answer"
}

# listens HOST PORT: yes, no, or nothing if the host does not say.
listens() {
  local said
  if said=$(timeout 5 bash -c ": </dev/tcp/$1/$2" 2>&1); then
    echo yes
  elif [[ $said == *'Connection refused'* ]]; then
    echo no
  fi
}

# shown_by KIND HOST PORT: by whose certificate there is; "none" where nobody speaks TLS, as behind a load balancer without backends.
# The names in the certificate do not matter, nor whether it is valid now. The user's CA may be an intermediate one.
# shellcheck disable=SC2154 # lib/identity.sh sets cluster_ca
shown_by() {
  local kind=$1 host=$2 port=$3 ca=$cluster_ca shown=/run/kubeadm-ha/peer.crt status=0
  [ "$kind" != etcd ] || ca=/etc/kubernetes/pki/etcd/ca.crt
  openssl x509 -in "$ca" -noout 2>>"$STEP_LOG" || die "the CA's certificate $ca cannot be read on this host"
  [[ $host != *:* ]] || host="[$host]"
  timeout 10 openssl s_client -connect "$host:$port" -showcerts </dev/null 2>/dev/null \
    | sed -n '/^-----BEGIN CERT/,/^-----END CERT/p' >"$shown" || status=${PIPESTATUS[0]}
  if [ ! -s "$shown" ]; then
    [ "$status" = 124 ] && echo silent || echo none
  elif openssl verify -no_check_time -partial_chain -trusted "$ca" -untrusted "$shown" "$shown" >>"$STEP_LOG" 2>&1; then
    echo cluster
  else
    echo none
  fi
}
