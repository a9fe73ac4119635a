# recover: when etcd has lost its quorum for good, makes this host's member, with the data that it has, the only one; then
# the masters that are gone are no nodes any more. Never touches an etcd that answers.
# Source: https://etcd.io/docs/latest/op-guide/recovery/, https://etcd.io/docs/latest/op-guide/configuration/ (force-new-cluster)
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/etcd.sh"
. "$STEP_LIB/lone-etcd.sh"
. "$STEP_LIB/node.sh"
. "$STEP_LIB/receive.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf

readonly whom=/run/kubeadm-ha/recover.conf data=/var/lib/etcd
readonly again="mend what the lines above tell, then run the same command again; it goes on from here"

# await SECONDS WORDS COMMAND…: as wait_until, with the advice that is right here.
await() { within "$1" "${@:3}" || die "$2: not so after $1 s" "$again"; }

etcd_answers() { etcd_runs && etcdctl member list; }

only_member() { [ "$(etcdctl member list | wc -l)" = 1 ]; }

# kubelet first, or it would start them again. What it starts later is not put off by how often they have failed before.
stop_static_pods() {
  run systemctl stop kubelet || die "kubelet could not be stopped" "$again"
  crictl ps --name '^(kube-apiserver|etcd)$' --quiet | run xargs --no-run-if-empty crictl stop --timeout 10 || true
  await 60 "etcd has ended" etcd_ended
}

etcd_ended() { ! etcd_runs; }

keep_data() {
  local needed free
  kept=/var/lib/kubeadm-ha/etcd-before-recovery-$(date +%Y-%m-%dT%H-%M-%S)
  needed=$(du --summarize --block-size=1K "$data" | cut -f1)
  free=$(df --output=avail --block-size=1K /var/lib/kubeadm-ha | tail -n 1)
  [ "$free" -gt "$needed" ] || die "there is no room for a copy of etcd's data in /var/lib/kubeadm-ha: $needed KiB are needed, $free are free" \
    "make room, then run the same command again"
  (umask 077 && mkdir "$kept" && cp --archive --reflink=auto "$data/." "$kept")
  sync -f "$kept"
  say "has put a copy of etcd's data aside: $kept"
}

# With the flag in the static pod, any restart would throw the others out again: so it is only ever given to this one run.
become_only_member() {
  say "makes its etcd member the only one (etcd --force-new-cluster)"
  start_lone_etcd --force-new-cluster
  within 120 has_leader || die "etcd does not come to lead itself" "what it says is in $lone_etcd_log; its data as it was is in $kept"
  end_lone_etcd
}

on_this_api_server() {
  local server
  server=$(kubectl --kubeconfig /etc/kubernetes/controller-manager.conf config view --output 'jsonpath={.clusters[0].cluster.server}')
  kubectl --kubeconfig /etc/kubernetes/admin.conf --server "$server" --request-timeout=30s "$@"
}

receive_files
# shellcheck source=/dev/null
. "$whom"
rm -f "$whom"
[ -e "$etcd_manifest" ] || die "this host has no etcd member ($etcd_manifest is not there)" "recover from a master that has one"
if within 5 has_leader; then
  only_member || die "etcd answers: it has a quorum" "bring the masters that are down back, or declare them lost, and run 'pulumi up'"
else
  trap 'end_lone_etcd; run systemctl start kubelet' EXIT
  end_lone_etcd
  stop_static_pods
  keep_data
  become_only_member
fi
run systemctl start kubelet || die "kubelet did not start" "$again"
await 120 "etcd answers" etcd_answers
only_member || die "etcd has other members still" "this is a fault of kubeadm-ha: report it"
await 180 "the API server of this host answers /readyz" api_server_ready
for name in $GONE; do
  within 60 run on_this_api_server delete node "$name" --ignore-not-found || die "the Node $name could not be deleted" "$again"
done
say "carries the cluster on alone; $GONE $([[ $GONE == *' '* ]] && echo are || echo is) out of it"
