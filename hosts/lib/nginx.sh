# shellcheck shell=bash
# The load balancer's file: checked before it is used, taken over without cutting a connection. Steps decide which back ends
# are in it; hosts/health-check decides which of them have the mark `down`, and get no new connections.

readonly nginx_conf=/etc/kubeadm-ha/nginx.conf
# There as soon as the back ends are masters that have joined.
# shellcheck disable=SC2034 # steps read it
readonly serves_joined_masters=/var/lib/kubeadm-ha/serves-joined-masters
# There for as long as nginx has not been told of the file that is in place.
readonly reload_due=/run/kubeadm-ha/reload-due

use_nginx_conf() {
  local next=$nginx_conf.next
  lock_nginx_conf
  # shellcheck disable=SC2046  # one word for each
  with_down "$nginx_conf.new" $(back_ends_of "$nginx_conf" down) >"$next"
  run nginx -t -q -c "$next" || die "nginx does not accept the new $next; the old one stays in use"
  rm -f "$nginx_conf.new"
  if cmp -s "$next" "$nginx_conf" && [ ! -e "$reload_due" ] && systemctl --quiet is-active kubeadm-ha-load-balancer; then
    rm -f "$next"
  else
    run switch_nginx_to "$next" || die "nginx could not be started" "look at 'journalctl -u kubeadm-ha-load-balancer' on that host"
  fi
  unlock_nginx_conf
}

# A step and the health check never change the file at the same time.
lock_nginx_conf() {
  exec 8>>/run/lock/kubeadm-ha-nginx
  flock 8
}

unlock_nginx_conf() { exec 8>&-; }

switch_nginx_to() {
  mkdir -p "$(dirname "$reload_due")"
  touch "$reload_due"
  mv -f "$1" "$nginx_conf"
  reload_nginx
}

reload_nginx() { systemctl reload-or-restart kubeadm-ha-load-balancer && rm -f "$reload_due"; }

# back_ends_of FILE [down]: host:port of each back end, or of each that is marked.
back_ends_of() {
  local word address rest
  [ -e "$1" ] || return 0
  while read -r word address rest; do
    [[ $word != server || $rest != max_fails*"${2:+ down;}"* ]] || printf '%s\n' "$address"
  done <"$1"
}

# with_down FILE BACK-END…: the file with these back ends marked and no others. Where that would be all, none is: one of
# them may be better than it looks.
with_down() {
  local file=$1 down=" ${*:2} " back_end line up=no
  for back_end in $(back_ends_of "$file"); do
    [[ $down == *" $back_end "* ]] || up=yes
  done
  [ "$up" = yes ] || down=''
  while IFS= read -r line; do
    if [[ $line =~ ^\ *server\ ([^ ]+)\ max_fails ]]; then
      line=${line/ down;/;}
      [[ $down != *" ${BASH_REMATCH[1]} "* ]] || line=${line/;/ down;}
    fi
    printf '%s\n' "$line"
  done <"$file"
}
