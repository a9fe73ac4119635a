#!/usr/bin/env bash
# base-layer.sh TAR: writes the image layer under kube-proxy and flannel: the Debian programs that they call
# (iptables, nft, conntrack), a busybox for init containers' `cp`, and the CA certificates that all images get.
# Packages are only extracted, never configured: no program of theirs runs here. Debian's packages come from wherever
# this machine's apt gets them, of the same release.
set -euo pipefail

packages=iptables,nftables,conntrack,busybox-static,netbase,ca-certificates

# Patterns of what the programs above do not use: the package system, perl and OpenSSL that ca-certificates wants for its
# scripts, the legacy iptables, and what describes this machine rather than an image.
unused=(
  'etc/debconf.conf' 'etc/dpkg' 'etc/hostname' 'etc/hosts' 'etc/logrotate.d' 'etc/machine-id' 'etc/resolv.conf'
  'lib/*/libmvec*' 'lib/systemd'
  'usr/bin/c_rehash' 'usr/bin/deb*' 'usr/bin/dpkg*' 'usr/bin/iconv' 'usr/bin/locale*' 'usr/bin/openssl' 'usr/bin/perl*'
  'usr/lib/*/engines-3' 'usr/lib/*/gconv' 'usr/lib/*/libcrypto.so*' 'usr/lib/*/libssl.so*' 'usr/lib/*/ossl-modules'
  'usr/lib/*/perl*' 'usr/lib/ssl' 'usr/sbin/*-legacy*' 'usr/sbin/dpkg-*' 'usr/sbin/ip*-apply' 'usr/sbin/nfnl_osf'
  'usr/sbin/update-ca-certificates' 'usr/share/bash-completion' 'usr/share/ca-certificates' 'usr/share/debconf'
  'usr/share/doc' 'usr/share/info' 'usr/share/lintian' 'usr/share/locale' 'usr/share/man' 'usr/share/perl*' 'var/log'
)

# What mmdebstrap itself needs until its archive is written; the apt sources would tell the mirrors of this machine.
unused_at_the_end=(./etc/apt ./var/cache ./var/lib/apt ./var/lib/dpkg)

# Called by mmdebstrap with the extracted tree, before it packs it.
trim() {
  local root=$1
  mkdir -p "$root"/{etc/ssl/certs,proc,root,run,sys,tmp}
  cat "$root"/usr/share/ca-certificates/mozilla/*.crt >"$root/etc/ssl/certs/ca-certificates.crt"
  local pattern
  for pattern in "${unused[@]}"; do
    # shellcheck disable=SC2086 # a pattern is to be expanded
    (cd "$root" && rm -rf $pattern)
  done
  link_programs "$root"
  name_users "$root"
}

# What Debian's maintainer scripts and busybox would have linked.
link_programs() {
  local root=$1 tool form applet
  for tool in iptables ip6tables ebtables arptables; do
    for form in '' -save -restore; do
      ln -sfn xtables-nft-multi "$root/usr/sbin/$tool$form"
    done
  done
  for applet in sh cat chmod cp env grep ls mkdir mv rm sed sleep; do
    ln -sfn busybox "$root/bin/$applet"
  done
}

name_users() {
  local root=$1
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
}

# This machine's apt sources of Debian itself, as one-line entries; those of others are none of an image's business.
# shellcheck disable=SC2016 # the variables are apt's
debian_sources() {
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' | sort -u | sed 's/^/deb /'
}

if [[ $1 == trim ]]; then
  trim "$2"
  exit
fi
sources=$(debian_sources)
if [[ -z $sources ]]; then
  echo "base-layer: apt knows no Debian packages here. Run apt-get update; on another distribution than Debian, build on Debian." >&2
  exit 1
fi
self=$(realpath "${BASH_SOURCE[0]}")
# As root, mmdebstrap mounts /dev and /proc in the tree, and its children outlive it: with namespaces of its own, which end
# with whoever asked for the layer, nothing of that can meet a clean-up.
contained=()
[[ $EUID -ne 0 ]] || contained=(setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc)
export SOURCE_DATE_EPOCH=1767225600 # 2026-01-01: no file is younger, so that the same packages give the same layer
"${contained[@]}" mmdebstrap --variant=extract --include="$packages" --format=tar --skip=output/dev \
  --extract-hook="'$self' trim \"\$1\"" '' "$1" - <<<"$sources"
tar --delete --file="$1" "${unused_at_the_end[@]}"
