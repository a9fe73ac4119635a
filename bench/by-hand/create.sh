#!/usr/bin/env bash
# create.sh: the best that a person would write by hand: a load balancer, three masters and two workers, from nothing to a
# cluster, everything at once that can be. MANIFEST: flannel's. See lib.sh for the rest.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/lib.sh"

certificate_key=$(openssl rand -hex 32)
echo "$(openssl rand -hex 3).$(openssl rand -hex 8)" >"$FOLDER/token"

init_configuration() {
  cat <<YAML
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
bootstrapTokens: [{ token: $(cat "$FOLDER/token") }]
certificateKey: $certificate_key
localAPIEndpoint: { advertiseAddress: $(address m1) }
nodeRegistration:
  name: m1
  ignorePreflightErrors: [SystemVerification]
  kubeletExtraArgs: [{ name: node-ip, value: $(address m1) }]
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
controlPlaneEndpoint: $(address lb):6443
networking: { podSubnet: 10.244.0.0/16 }
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
imageGCHighThresholdPercent: 100
evictionHard: { memory.available: 100Mi, nodefs.available: 1Gi, imagefs.available: 1Gi, nodefs.inodesFree: 1% }
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
conntrack: { maxPerCore: 0 }
YAML
}

balance m1 m2 m3 &
balancing=$!
declare -A preparing
for master in m1 m2 m3; do
  prepare "$master" master &
  preparing[$master]=$!
done
for worker in w1 w2; do
  prepare "$worker" worker &
  preparing[$worker]=$!
done

all "$balancing" "${preparing[m1]}"
init_configuration >"$FOLDER/init.yaml"
step m1 init on m1 'cat >/run/init.yaml && kubeadm init --config /run/init.yaml --upload-certs' <"$FOLDER/init.yaml"
on m1 "openssl x509 -pubkey -in /etc/kubernetes/pki/ca.crt | openssl pkey -pubin -outform der | sha256sum | cut -d' ' -f1" >"$FOLDER/ca-hash"
on m1 cat /etc/kubernetes/admin.conf >"$FOLDER/kubeconfig"

all "${preparing[@]}"
joining=()
for host in m2 m3 w1 w2; do
  key=''
  [[ $host != m* ]] || key=$certificate_key
  join "$host" "$key" &
  joining+=("$!")
done
step m1 network on m1 kubectl --kubeconfig /etc/kubernetes/admin.conf apply --filename - <"$MANIFEST"
all "${joining[@]}"
step w1 label on m1 kubectl --kubeconfig /etc/kubernetes/admin.conf label node w1 example.com/disk=ssd
