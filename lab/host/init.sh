#!/usr/bin/env bash
# init HOST: PID 1 of new PID, mount, UTS and IPC namespaces in the host's network namespace. Turns itself into the host
# and becomes its systemd. Only supervise.sh calls it.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/names.sh"
source "$(dirname "${BASH_SOURCE[0]}")/cgroups.sh"
host=$1
folder=$(host_folder "$host")
root=$folder/root
trap 'exit 3' ERR # tells the supervisor that the host did not even begin to boot

# Kernel settings that kubelet wants to set: files of the host's own in their place, so that it may.
private_sysctls=(
  kernel.panic=0 kernel.panic_on_oops=0
  vm.overcommit_memory=0 vm.swappiness=60 vm.max_map_count=65530
  fs.file-max=9223372036854775807 fs.inotify.max_user_instances=8192 fs.inotify.max_user_watches=524288
)

# Only inside its own group does a new cgroup namespace make /sys/fs/cgroup look like a root with nobody else in it.
enter_cgroup_namespace() {
  local pid
  read -r pid _ </proc/self/stat # /proc is still the machine's: the number by which the machine knows this process
  echo "$pid" >"$folder/run/init.pid"
  join_cgroup "$lab_cgroup/$host"
  exec unshare --cgroup "$0" "$host" in-cgroup-namespace
}

mount_disk() {
  local data
  mount -t overlay overlay -o "lowerdir=$LAB_ROOTFS,upperdir=$folder/upper,workdir=$folder/work" "$root"
  for data in containerd etcd kubelet; do # overlay cannot be stacked on overlay, and containerd does
    mkdir -p "$root/var/lib/$data"
    mount --bind "$folder/data/$data" "$root/var/lib/$data"
  done
}

mount_proc() {
  local setting file
  mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
  mount --bind "$root/proc/sys" "$root/proc/sys"
  for setting in "${private_sysctls[@]}"; do
    file=$folder/run/sysctl.${setting%%=*}
    echo "${setting#*=}" >"$file"
    mount --bind "$file" "$root/proc/sys/$(tr . / <<<"${setting%%=*}")"
  done
  cat /proc/sys/kernel/random/uuid >"$folder/run/boot_id"
  mount --bind "$folder/run/boot_id" "$root/proc/sys/kernel/random/boot_id"
  mount --bind "$root/proc/sys/net" "$root/proc/sys/net"
  mount -o remount,bind,ro "$root/proc/sys"
  if [[ -e $root/proc/sysrq-trigger ]]; then # it would reboot the machine
    mount --bind /dev/null "$root/proc/sysrq-trigger"
  fi
}

mount_sys() {
  mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
  if only_cgroup2; then
    mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "$root/sys/fs/cgroup"
  else
    mount_v1_cgroups "$root/sys/fs/cgroup"
  fi
}

mount_v1_cgroups() { # FOLDER
  local name options controller
  mount -t tmpfs -o mode=755,nosuid,nodev,noexec tmpfs "$1"
  while read -r name options; do
    mkdir "$1/$name"
    mount -t cgroup -o "nosuid,nodev,noexec,$options" cgroup "$1/$name"
    for controller in ${name//,/ }; do
      [[ -e $1/$controller ]] || ln -s "$name" "$1/$controller"
    done
  done < <(v1_hierarchies)
  # Without it systemd never learns that a group became empty, and every stop takes 120 s.
  mkdir "$1/unified"
  mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "$1/unified"
  mount -o remount,ro "$1"
}

mount_dev() {
  local dev=$root/dev
  mount -t tmpfs -o mode=755,nosuid tmpfs "$dev"
  copy_devices "$dev"
  mkdir "$dev/pts" "$dev/shm" "$dev/mqueue"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$dev/pts"
  mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$dev/shm"
  mount -t mqueue mqueue "$dev/mqueue"
  ln -s pts/ptmx "$dev/ptmx"
  ln -s /proc/self/fd "$dev/fd"
  ln -s /proc/self/fd/0 "$dev/stdin"
  ln -s /proc/self/fd/1 "$dev/stdout"
  ln -s /proc/self/fd/2 "$dev/stderr"
  : >"$dev/console"
  mount --bind "$folder/run/console.log" "$dev/console"
}

copy_devices() { # FOLDER; kmsg because kubelet does not start without it
  local device major minor mode
  mkdir "$1/net"
  for device in null zero full random urandom tty kmsg fuse net/tun; do
    [[ -c /dev/$device ]] || continue
    read -r major minor mode < <(stat --format='%t %T %a' "/dev/$device")
    mknod --mode="$mode" "$1/$device" c $((16#$major)) $((16#$minor))
  done
}

# Bundles that are put on the shelf later appear here as well: these namespaces are slaves of the machine's.
mount_shelf() {
  mkdir -p "$root/media/kubeadm-ha"
  mount --rbind "$shelf" "$root/media/kubeadm-ha"
  mount -o remount,bind,ro "$root/media/kubeadm-ha"
}

# Who this host is: name, addresses, keys. Made at the lab's first up, the same for the host's whole life.
place_identity() {
  hostname "$host"
  echo "$host" >"$root/etc/hostname"
  cp "$LAB_FOLDER/etc-hosts" "$root/etc/hosts"
  echo "nameserver $gateway" >"$root/etc/resolv.conf" # nobody answers there: names come from /etc/hosts
  install -m 600 "$LAB_FOLDER/keys/$host" "$root/etc/ssh/ssh_host_ed25519_key"
  install -m 644 "$LAB_FOLDER/keys/$host.pub" "$root/etc/ssh/ssh_host_ed25519_key.pub"
  install -m 600 "$LAB_FOLDER/id_ed25519.pub" "$root/root/.ssh/authorized_keys"
  install -m 600 -o 1000 -g 1000 "$LAB_FOLDER/id_ed25519.pub" "$root/home/lab/.ssh/authorized_keys"
}

# So that modprobe knows what this kernel can do: its modules, or else the list of what is built in.
place_kernel_modules() {
  local release modules
  release=$(uname -r)
  modules=$root/usr/lib/modules/$release
  [[ ! -e $modules/modules.builtin.bin ]] || return 0
  mkdir -p "$modules"
  if [[ -d /lib/modules/$release ]]; then
    mount --bind -o ro "/lib/modules/$release" "$modules"
    return
  fi
  touch "$modules/modules.order" "$modules/modules.builtin.modinfo"
  cp "$LAB_FOLDER/scripts/modules.builtin" "$modules/"
  chroot "$root" depmod "$release"
}

become_host() {
  cd "$root"
  mkdir -p .machine
  pivot_root . .machine
  umount --lazy /.machine
  rmdir /.machine
  mount --make-rshared /
  cd /
  exec env -i container=lab PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=linux LANG=C.UTF-8 \
    /lib/systemd/systemd --log-target=journal </dev/null >/dev/console 2>&1
}

[[ ${2:-} == in-cgroup-namespace ]] || enter_cgroup_namespace
mount_disk
place_identity
place_kernel_modules
mount_proc
mount_sys
mount_dev
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs "$root/run"
mount_shelf
become_host
