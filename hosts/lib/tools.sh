# shellcheck shell=bash
# Programs that steps, kubelet and its network plugins call, and that a minimal Debian or Ubuntu lacks.
# Source: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/

# "PROGRAM PACKAGE", a line each.
needed_tools() {
  cat <<'TOOLS'
conntrack conntrack
curl curl
ip iproute2
iptables iptables
modprobe kmod
openssl openssl
ps procps
socat socat
TOOLS
}

# The packages of those that are missing, and of the certificates that curl trusts.
missing_tool_packages() {
  local program package
  while read -r program package; do
    command -v "$program" >/dev/null || echo "$package"
  done < <(needed_tools)
  [ -s /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
}

# crictl guesses where containerd listens, and warns of it, if nobody says so. A file of the user's stays.
write_crictl_settings() {
  [ -s /etc/crictl.yaml ] || echo 'runtime-endpoint: unix:///run/containerd/containerd.sock' >/etc/crictl.yaml
}
