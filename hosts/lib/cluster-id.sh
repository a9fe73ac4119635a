# shellcheck shell=bash
# The id of the cluster that this host belongs to. Each cluster has a random one, kept in Pulumi's state. Stdin of a step begins
# with "#cluster ID" (components/host.ts). A step that is run by hand, or by the state of an earlier version, has no such line
# and is not checked.

. "$STEP_LIB/disk.sh"

# A file for each role of the host, which may be a node and the load balancer.
readonly cluster_id_folder=/var/lib/kubeadm-ha/cluster-id

# Sets: CLUSTER_ID, or STEP_FIRST_LINE if the first line is that of a file, or the end (lib/receive.sh reads that one first). Both are
# in the step's environment; any other line, which could be a secret, is not.
read_cluster_id() {
  export CLUSTER_ID='' STEP_FIRST_LINE=''
  [ ! -t 0 ] || return 0
  IFS= read -r -t 60 STEP_FIRST_LINE || true
  case $STEP_FIRST_LINE in
    '#cluster '*) CLUSTER_ID=${STEP_FIRST_LINE#'#cluster '} STEP_FIRST_LINE='' ;;
    '' | '#file '* | '#last') ;;
    *) STEP_FIRST_LINE='(not shown)' ;;
  esac
}

# The role that this step is about: a node of one cluster may be the load balancer of another one.
cluster_id_role() {
  case $STEP_NAME in
    install-load-balancer | first-back-end | departures | back-ends | remove-load-balancer) echo load-balancer ;;
    *) echo node ;;
  esac
}

carried_cluster_id() { cat "$cluster_id_folder/$(cluster_id_role)" 2>/dev/null || true; }

carries_other_cluster_id() { [ -n "${CLUSTER_ID:-}" ] && [ -n "$(carried_cluster_id)" ] && [ "$(carried_cluster_id)" != "$CLUSTER_ID" ]; }

refuse_other_cluster_id() {
  local way="set 'reset: true' on it"
  [ "$(cluster_id_role)" = node ] || way="run '/usr/local/lib/kubeadm-ha/step remove-load-balancer </dev/null' on it"
  ! carries_other_cluster_id || die "this host belongs to another cluster of kubeadm-ha (its cluster id is $(carried_cluster_id), this cluster's is $CLUSTER_ID)" \
    "check the host's address; if it is right and Pulumi's state was restored from an older backup, remove $cluster_id_folder/$(cluster_id_role) on it; if the other cluster no longer exists, $way"
}

carry_cluster_id() {
  local file
  file=$cluster_id_folder/$(cluster_id_role)
  [ -n "${CLUSTER_ID:-}" ] && [ "$(carried_cluster_id)" != "$CLUSTER_ID" ] || return 0
  mkdir -p "$cluster_id_folder"
  printf '%s\n' "$CLUSTER_ID" >"$file.tmp"
  put_marker "$file"
}

drop_cluster_id() { rm -f "$cluster_id_folder/$(cluster_id_role)"; }
