#!/usr/bin/env bash
# customize ROOT: turns a plain Debian tree into the root file system that all lab hosts share.
# Runs as mmdebstrap's last hook. What differs from host to host (name, keys, addresses) is put there by host/init.sh.
set -euo pipefail
root=$1

# Units that need real hardware, or that only cost time on a host that lives for an hour.
masked_units=(
  systemd-udevd.service systemd-udevd-kernel.socket systemd-udevd-control.socket systemd-udev-trigger.service
  sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount sys-fs-fuse-connections.mount
  dev-hugepages.mount dev-mqueue.mount systemd-remount-fs.service
  getty@tty1.service getty.target console-getty.service
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer
  systemd-timesyncd.service systemd-networkd-wait-online.service
)

# Files that set keys of the whole kernel, which a host may not: `sysctl --system` would fail on them.
masked_sysctl_files=(50-pid-max.conf 99-protect-links.conf)

write() { # FILE LINE…
  local file=$root$1
  shift
  mkdir -p "${file%/*}"
  printf '%s\n' "$@" >"$file"
}

forget_identity() {
  rm -f "$root"/etc/ssh/ssh_host_* "$root/var/lib/dbus/machine-id" "$root/etc/hostname"
  ln -s /etc/machine-id "$root/var/lib/dbus/machine-id"
  : >"$root/etc/machine-id" # empty: systemd makes one on first boot and keeps it
}

configure_systemd() {
  local unit
  for unit in "${masked_units[@]}"; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
  done
  systemctl --root="$root" --quiet set-default multi-user.target
  # A fresh machine runs neither: the product starts nginx where it wants a load balancer.
  systemctl --root="$root" --quiet disable nginx.service nftables.service
  # A container whose PID 1 ignores SIGTERM would hold a power-off for 90 s.
  write /etc/systemd/system.conf.d/lab.conf '[Manager]' 'DefaultTimeoutStopSec=10s'
  # /dev/kmsg is the machine's: its messages do not belong in a host's journal.
  write /etc/systemd/journald.conf.d/lab.conf '[Journal]' 'Storage=persistent' 'SystemMaxUse=64M' 'ReadKMsg=no'
}

configure_login() {
  write /etc/ssh/sshd_config.d/lab.conf 'PermitRootLogin prohibit-password' 'PasswordAuthentication no' 'UseDNS no'
  chroot "$root" useradd --create-home --shell /bin/bash --groups sudo lab # the sort of user that cloud images have
  write /etc/sudoers.d/lab 'lab ALL=(ALL) NOPASSWD:ALL'
  chmod 440 "$root/etc/sudoers.d/lab"
  write /etc/default/locale 'LANG=C.UTF-8' # without the file PAM complains at every login
  install -d -m 700 "$root/root/.ssh"
  chroot "$root" install -d -m 700 -o lab -g lab /home/lab/.ssh
}

cut_off_from_outside() {
  rm -f "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/* "$root"/etc/apt/apt.conf.d/99mmdebstrap
  write /etc/apt/apt.conf.d/99lab 'Acquire::Retries "0";' # no mirror can be reached from a lab host
  : >"$root/etc/fstab"
}

mask_sysctl_files() {
  local file
  mkdir -p "$root/etc/sysctl.d"
  for file in "${masked_sysctl_files[@]}"; do
    ln -sf /dev/null "$root/etc/sysctl.d/$file"
  done
}

forget_identity
configure_systemd
configure_login
cut_off_from_outside
mask_sysctl_files
