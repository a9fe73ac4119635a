# shellcheck shell=bash
# This host's etcd member by itself, outside of kubelet: for as long as it takes to make it the only member of its cluster.

. "$STEP_LIB/raft.sh"

readonly lone_etcd=kubeadm-ha-lone-etcd lone_etcd_log=${STEP_LOG%/*}/lone-etcd.log

# of_etcd_pod JSONPATH: from the static pod as kubeadm wrote it.
of_etcd_pod() { kubectl label --local --filename "$etcd_manifest" --output "jsonpath=$1" read-by=kubeadm-ha; }

# start_lone_etcd FLAG…: etcd as in the static pod, with these flags added. It has a log of its own.
start_lone_etcd() {
  local image line command=() options=()
  image=$(of_etcd_pod '{.spec.containers[0].image}')
  mapfile -t command < <(of_etcd_pod '{range .spec.containers[0].command[*]}{@}{"\n"}{end}')
  while read -r line; do
    options+=(--mount "type=bind,src=$line,dst=$line,options=rbind:rw")
  done < <(of_etcd_pod '{range .spec.volumes[*]}{.hostPath.path}{"\n"}{end}')
  while read -r line; do
    options+=(--env "$line")
  done < <(of_etcd_pod '{range .spec.containers[0].env[*]}{.name}={.value}{"\n"}{end}')
  log_line "\$ ${command[*]} $*"
  (umask 077 && : >"$lone_etcd_log")
  ctr --namespace k8s.io run --rm --net-host "${options[@]}" "$image" "$lone_etcd" "${command[@]}" "$@" >"$lone_etcd_log" 2>&1 &
}

lone_etcd_ended() { ! ctr --namespace k8s.io containers list --quiet 2>>"$STEP_LOG" | grep -qxF "$lone_etcd"; }

# Also one that a step which was killed has left behind: it would hold the ports of kubelet's own.
end_lone_etcd() {
  ! lone_etcd_ended || return 0
  run ctr --namespace k8s.io tasks kill --signal SIGTERM "$lone_etcd" || true
  ! within 20 lone_etcd_ended || return 0
  run ctr --namespace k8s.io tasks delete --force "$lone_etcd" || true
  run ctr --namespace k8s.io containers delete "$lone_etcd" || true
}
