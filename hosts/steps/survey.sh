# survey: before a recovery, tells on stdout how far this host's etcd member is, and which API servers are ready. It changes
# nothing; a member that kubelet has put off (CrashLoopBackOff) is started.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/etcd.sh"
. "$STEP_LIB/lone-etcd.sh"
. "$STEP_LIB/nginx.sh"

readonly node_settings=/etc/kubeadm-ha/host.conf balancer_settings=/etc/kubeadm-ha/load-balancer.conf

start_member() {
  end_lone_etcd
  run systemctl restart kubelet # which forgets how long it wanted to wait
}

tell_member() {
  if [ "${ETCD:-}" = external ]; then
    echo etcd=external
  elif [ ! -e "$etcd_manifest" ]; then
    echo etcd=none
  elif ! within 5 raft_metrics && ! { start_member && within 60 raft_metrics; }; then
    echo etcd=silent
  elif within 15 has_leader; then # members that have just been started need a while to find one another
    printf 'etcd=healthy\nmembers=%s\nindex=%s\n' "$(etcdctl member list | wc -l)" "$(raft_index)"
  else
    printf 'etcd=no-quorum\nindex=%s\n' "$(raft_index)"
  fi
}

tell_ready() { ! within 3 curl --silent --insecure --max-time 3 --output /dev/null --fail "https://$1/readyz" || echo "ready=$1"; }

if [ -e "$node_settings" ]; then
  # shellcheck source=/dev/null
  . "$node_settings"
  tell_member
  tell_ready "$ENDPOINT"
else
  echo etcd=none # a new host, or the load balancer's
fi
if [ -e "$balancer_settings" ]; then
  for back_end in $(back_ends_of "$nginx_conf"); do tell_ready "$back_end"; done
fi
