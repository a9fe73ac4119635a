# shellcheck shell=bash
# apt-get on a host that others use too: a first boot and unattended upgrades hold its locks for minutes, and one that lost its
# power may have left dpkg in the middle.

export DEBIAN_FRONTEND=noninteractive

# apt_install PACKAGE-OR-OPTION…
apt_install() {
  mend_dpkg
  run apt-get install --yes -o DPkg::Lock::Timeout=600 -o Dpkg::Options::=--force-confold "$@" || die "apt-get could not install $*"
}

# apt_update OPTION…: apt waits for dpkg's lock only, and not for that of the lists.
apt_update() {
  local words end=$((SECONDS + 600))
  until words=$(apt-get update "$@" 2>&1); do
    log_line "$words"
    [[ $words == *lists/lock* ]] && [ "$SECONDS" -lt "$end" ] || return 1
    sleep 2
  done
}

mend_dpkg() {
  ! dpkg_is_in_the_middle || within 600 run dpkg --configure -a --force-confold \
    || die "dpkg was interrupted on this host, and does not end well" "run 'dpkg --configure -a' there and mend what it tells, then run 'pulumi up' again"
}

# While it works, or since it was cut off.
dpkg_is_in_the_middle() { [ -n "$(ls -A /var/lib/dpkg/updates 2>/dev/null)" ]; }
