# shellcheck shell=bash
# Who may connect to this host's API server. While it is being upgraded nobody may from outside: each load balancer, whoever
# made it, then takes another master for a new connection, at once. Those that are open stay; the host itself is not outside.

readonly api_port=6443

turn_away() {
  say "takes no new connections from outside"
  if command -v nft >/dev/null; then
    run nft --file - <<RULES || die "the packet rule could not be set"
add table inet kubeadm_ha
flush table inet kubeadm_ha
table inet kubeadm_ha {
  chain input {
    type filter hook input priority filter - 10; policy accept;
    tcp dport $api_port ct state new fib saddr type != local reject with tcp reset
  }
}
RULES
  elif command -v iptables >/dev/null; then
    let_in
    visitors_rule --insert || die "the packet rule could not be set"
  else
    say "neither nft nor iptables is there: clients may meet its API server while it restarts"
  fi
}

# Also since an earlier step, which was cut off.
turns_away() {
  if command -v nft >/dev/null; then
    nft list table inet kubeadm_ha >/dev/null 2>&1
  else
    command -v iptables >/dev/null && visitors_rule --check
  fi
}

let_in() {
  if command -v nft >/dev/null; then
    ! turns_away || run nft delete table inet kubeadm_ha
  else
    while turns_away; do visitors_rule --delete; done
  fi
}

# visitors_rule --insert|--check|--delete
visitors_rule() {
  local command status=0
  for command in iptables ip6tables; do
    ! command -v "$command" >/dev/null \
      || run "$command" --wait "$1" INPUT --protocol tcp --dport "$api_port" --match conntrack --ctstate NEW \
        --match addrtype ! --src-type LOCAL --match comment --comment kubeadm-ha-upgrade --jump REJECT --reject-with tcp-reset || status=1
  done
  return "$status"
}
