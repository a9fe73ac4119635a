# first-back-end: the endpoint leads to the master that initializes the cluster, before there is anything behind it. Once: when
# masters have joined, its back ends are theirs, and stay; so does one that serves.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/receive.sh"
. "$STEP_LIB/nginx.sh"
. "$STEP_LIB/cluster-id.sh"

readonly roster=/var/lib/kubeadm-ha/roster

# `back-ends` has run; where an earlier version did, there is the list of hosts without an id.
has_served() { [ -e "$serves_joined_masters" ] || { [ -e "$roster" ] && [ -z "$(carried_cluster_id)" ]; }; }

# An API server behind it answers, whatever it says.
serves() {
  local back_end
  for back_end in $(back_ends_of "$nginx_conf"); do
    ! curl --silent --insecure --noproxy '*' --max-time 3 --output /dev/null "https://$back_end/readyz" || return 0
  done
  return 1
}

receive_files
if has_served || serves; then
  rm -f "$nginx_conf.new"
  say "leads to $(back_ends_of "$nginx_conf" | paste -sd ' ') already"
  exit 0
fi
use_nginx_conf
say "leads to $(back_ends_of "$nginx_conf" | paste -sd ' ')"
