# Turns a fresh lab host into one of test/support/sshLab.ts, which puts the variables in front.
#   IPV6 AUTHORIZED JUMP_AUTHORIZED PASSWORD SECOND_KEY
set -euo pipefail

let_in() { # USER KEYS
  local home
  id "$1" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$1"
  home=$(getent passwd "$1" | cut -d: -f6)
  install -d -m 700 -o "$1" -g "$1" "$home/.ssh"
  printf '%s\n' "$2" >"$home/.ssh/authorized_keys"
  chown "$1:" "$home/.ssh/authorized_keys"
}

ip address add "${IPV6:?}/64" dev eth0 nodad
for user in root ops terminal nopasswd stranger; do
  let_in "$user" "${AUTHORIZED:?}"
done
let_in jump "${JUMP_AUTHORIZED:?}"
for user in ops terminal stranger; do
  printf '%s:%s\n' "$user" "${PASSWORD:?}" | chpasswd
done

cat >/etc/sudoers.d/test <<'EOF'
ops ALL=(ALL) ALL
terminal ALL=(ALL) ALL
nopasswd ALL=(ALL) NOPASSWD: ALL
Defaults:terminal requiretty
Defaults:ops timestamp_type=global
EOF

# What a client asks for before it is let in is told from this level on.
printf '%s\n' 'LogLevel DEBUG1' 'MaxStartups 100' >/etc/ssh/sshd_config.d/test.conf
systemctl restart ssh

(umask 077 && printf '%s\n' "${SECOND_KEY:?}" >/etc/ssh/second_key)
systemd-run --quiet --unit sshd-2 /usr/sbin/sshd -D -p 2222 -h /etc/ssh/second_key -o PidFile=none
