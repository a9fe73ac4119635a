#!/usr/bin/env bash
# Sourced: the lab's network. A bridge in a network namespace of its own, one cable per host, and one to the machine.
# Nothing leads on from there: the bridge answers "unreachable" at once for any address outside the lab.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/names.sh"

# A fixed address per place: a new one at each boot would leave neighbours talking to the old one for 30 s.
mac_of() { # IPV4
  local numbers
  IFS=. read -ra numbers <<<"$1"
  printf '02:00:%02x:%02x:%02x:%02x' "${numbers[@]}"
}

switch_is_there() { ip netns exec "$switch_netns" true 2>/dev/null; }

make_switch() {
  ! switch_is_there || return 0
  remove_switch
  ip netns add "$switch_netns"
  ip -n "$switch_netns" link set lo up
  ip -n "$switch_netns" link add br0 address "$(mac_of "$gateway")" type bridge stp_state 0 forward_delay 0
  ip -n "$switch_netns" addr add "$gateway/24" dev br0
  ip -n "$switch_netns" link set br0 up
  set_in_switch net/ipv4/ip_forward 1
  set_in_switch net/ipv4/icmp_ratelimit 0 # else only the first few packets are told at once that there is no way
  keep_bridge_out_of_iptables
  connect_machine
}

# KEY VALUE; a key that this kernel does not have needs no setting.
set_in_switch() {
  # shellcheck disable=SC2016 # for the inner shell
  ip netns exec "$switch_netns" bash -c '[[ ! -e /proc/sys/$1 ]] || echo "$2" >"/proc/sys/$1"' bash "$@"
}

# Without this, iptables rules see frames between hosts on machines that have br_netfilter.
keep_bridge_out_of_iptables() {
  local table
  for table in iptables ip6tables arptables; do
    set_in_switch "net/bridge/bridge-nf-call-$table" 0
  done
}

connect_machine() {
  ip link add "$uplink" address "$(mac_of "$LAB_SUBNET.1")" type veth peer name uplink netns "$switch_netns"
  ip -n "$switch_netns" link set uplink master br0 up
  echo 0 >"/proc/sys/net/ipv4/conf/$uplink/forwarding" # a host cannot use the machine as its way out
  ip addr add "$LAB_SUBNET.1/24" dev "$uplink"
  ip link set "$uplink" up
}

remove_switch() {
  ip link del "$uplink" 2>/dev/null || true
  ip netns del "$switch_netns" 2>/dev/null || true
}

# HOST ADDRESS: a network namespace for the host with a cable to the bridge, pulled out if the host is cut off.
plug_in() {
  local netns
  netns=$(host_netns "$1")
  unplug "$1"
  ip netns add "$netns"
  ip -n "$netns" link add eth0 address "$(mac_of "$2")" type veth peer name "$1" netns "$switch_netns"
  ip -n "$switch_netns" link set "$1" master br0
  [[ -e $(host_folder "$1")/run/cut ]] || ip -n "$switch_netns" link set "$1" up
  ip -n "$netns" link set lo up
  ip -n "$netns" addr add "$2/24" dev eth0
  ip -n "$netns" link set eth0 up
  ip -n "$netns" route add default via "$gateway" # kube-proxy's ClusterIPs need a route to start from
}

unplug() { # HOST
  ip -n "$switch_netns" link del "$1" 2>/dev/null || true
  ip netns del "$(host_netns "$1")" 2>/dev/null || true
}
