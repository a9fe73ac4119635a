# departures: before anything changes, looks whether every host that goes can go. A dead one cannot leave by itself, and
# masters may not leave behind so few healthy ones that etcd loses its quorum. Runs on the load balancer's host, which sees
# all masters. The roster has a line for each host: "ROLE NAME ADDRESS SSH-PORT API-SERVER", or "lost NAME".
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/receive.sh"
. "$STEP_LIB/nginx.sh"
. "$STEP_LIB/ca-bundle.sh"
. "$STEP_LIB/cluster-id.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/load-balancer.conf

readonly roster=/var/lib/kubeadm-ha/roster run=/run/kubeadm-ha
readonly cluster_ca=$run/cluster-ca.crt observer=$run/observer

# A load balancer that an earlier version made carries no id yet; it has the CA of its cluster.
refuse_other_ca() {
  have_one_in_common "$roster.ca" "$cluster_ca" || die "this host is the load balancer of another cluster (the CAs do not match)" \
    "check 'loadBalancer.host' in the configuration; if the other cluster no longer exists, run '/usr/local/lib/kubeadm-ha/step remove-load-balancer </dev/null' on this host"
}

departing() { awk 'NR == FNR { stays[$2]; next } !($2 in stays) && $1 != "lost"' "$roster.new" "$roster"; }

# A stacked master is ready only when its own etcd member is, and that has a quorum.
master_ready() { curl --silent --insecure --max-time 3 --output /dev/null --fail "https://$1/readyz"; }

is_back_end() { back_ends_of "$nginx_conf" | grep -qxF "$1"; }

# ask_node NAME: what the cluster says of this Node; the fields of `kubectl get node` where there is one.
ask_node() {
  curl --silent --show-error --max-time 5 --cacert "$cluster_ca" --cert "$observer.crt" --key "$observer.key" \
    --header 'Accept: application/json;as=Table;g=meta.k8s.io;v=v1, application/json' \
    "https://$ENDPOINT/api/v1/nodes/$1?includeObject=None&pretty=0" 2>&1
}

# Ready, or gone from the cluster already.
worker_fine() {
  local answer
  answer=$(ask_node "$1") || true
  [[ $answer == *"\"cells\":[\"$1\",\"Ready"* || $answer == *'"reason":"NotFound"'* ]] && return
  log_line "$answer"
  return 1
}

# After a recovery (docs/recovery.md), masters are out of the cluster that the load balancer still leads to.
gone_already() { [[ $(ask_node "$1") == *'"reason":"NotFound"'* ]]; }

answers_ssh() { timeout 3 bash -c ": </dev/tcp/$1/$2" 2>>"$STEP_LOG"; }

# Asked for a while: an API server may have just been started.
fine() {
  local role=$1 name=$2 api_server=$3
  if [ "$role" = master ]; then
    ! is_back_end "$api_server" || within 10 master_ready "$api_server" || gone_already "$name"
  else
    within 10 worker_fine "$name"
  fi
}

refuse_dead() {
  local role name address port api_server dead=()
  while read -r role name address port api_server; do
    fine "$role" "$name" "$api_server" || answers_ssh "$address" "$port" || dead+=("$name")
  done < <(departing)
  [ "${#dead[@]}" = 0 ] && return
  die "${dead[*]} should leave the cluster, but does not answer, and a dead host cannot leave by itself" \
    "switch it on again; or, if it will not come back, put its entry back into the configuration with 'lost: true', run 'pulumi up', and delete the entry then"
}

refuse_loss_of_quorum() {
  local role name api_server members=0 healthy=0 needed states=()
  [ "$ETCD" = stacked ] && departing | grep -q '^master ' || return 0
  while read -r role name _ _ api_server; do
    if [ "$role" != master ] || ! is_back_end "$api_server"; then
      continue
    fi
    if within 10 master_ready "$api_server"; then
      members=$((members + 1)) healthy=$((healthy + 1))
      states+=("$name is healthy")
    elif ! gone_already "$name"; then
      members=$((members + 1))
      states+=("$name is not")
    fi
  done <"$roster.new"
  needed=$((members / 2 + 1))
  [ "$healthy" -lt "$needed" ] || return 0
  die "without $(departing | sed -n 's/^master \([^ ]*\).*/\1/p' | paste -sd ' ') etcd would lose its quorum: of the $members masters that stay $healthy are healthy, and $needed are needed ($(printf '%s, ' "${states[@]}" | sed 's/, $//'))" \
    "put the entries back, bring the unhealthy masters back (or declare them 'lost: true' while a quorum of all is healthy), then run 'pulumi up' again"
}

trap 'rm -f "$observer".*' EXIT
mkdir -p "$(dirname "$roster")"
receive_files
if [ -e "$roster" ]; then
  refuse_other_ca
  refuse_dead
  refuse_loss_of_quorum
fi
carry_cluster_id
cp "$cluster_ca" "$roster.ca"
mv -f "$roster.new" "$roster"
say "whoever leaves can leave"
