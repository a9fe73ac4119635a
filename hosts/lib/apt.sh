# shellcheck shell=bash
# apt-get on a host that others use too: a first boot and unattended upgrades hold its locks for minutes, and one that lost its
# power may have left dpkg in the middle.

export DEBIAN_FRONTEND=noninteractive

# apt_install PACKAGE-OR-OPTION…: never removes another package for it. A cloud image has no package lists at first, and old lists
# name packages that mirrors no longer have.
# shellcheck disable=SC2119
apt_install() {
  local removed names
  names=$(printf '%s\n' "$@" | grep -v '^-' | paste -sd ' ')
  mend_dpkg
  has_lists || apt_update || log_line "going on without package lists"
  if try_apt_install "$@"; then return; fi
  removed=$(removed_by_install "$@")
  [ -z "$removed" ] || die "apt-get would have to remove $removed to install $names, and nothing was changed" \
    "if nothing on this host needs $removed, run 'apt-get remove $removed' there, then 'pulumi up' again"
  log_line "reads the package lists anew"
  apt_update || log_line "going on with the package lists that are there"
  try_apt_install "$@" || die "apt-get could not install $names"
}

try_apt_install() { run apt-get install --yes --no-remove -o DPkg::Lock::Timeout=600 -o Dpkg::Options::=--force-confold "$@"; }

has_lists() { find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' 2>/dev/null | grep -q .; }

# removed_by_install PACKAGE-OR-OPTION…: names.
removed_by_install() { apt-get install --simulate "$@" 2>>"$STEP_LOG" | sed -n 's/^Remv \([^ ]*\).*/\1/p' | paste -sd ' '; }

# apt_update OPTION…: apt waits for dpkg's lock only, and not for that of the lists.
# shellcheck disable=SC2120
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
