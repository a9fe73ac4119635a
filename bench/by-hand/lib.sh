# shellcheck shell=bash
# What create.sh and grow.sh share. From their callers: SSH_CONFIG, LOG (a line for each step), FOLDER (to keep things in),
# BUNDLE (on every host), and the hosts' addresses as ADDRESS_lb, ADDRESS_m1 …

here=$(dirname "$(readlink -f "$0")")

# One connection to each host, used by all steps.
on() { ssh -F "$SSH_CONFIG" -o BatchMode=yes -o ControlMaster=auto -o ControlPersist=60 -o ControlPath="$FOLDER/ssh-%C" "$@"; }

# step HOST NAME COMMAND…: what runs on a host, and in the log when.
step() {
  local host=$1 name=$2 begin status=0
  begin=$(date +%s.%3N)
  "${@:3}" >"$FOLDER/$host-$name.out" 2>&1 || status=$?
  echo "$host $name $begin $(date +%s.%3N)" >>"$LOG"
  [ "$status" -eq 0 ] || { tail -n 20 "$FOLDER/$host-$name.out" >&2 && return "$status"; }
}

address() {
  local variable=ADDRESS_$1
  echo "${!variable}"
}

prepare() { step "$1" prepare on "$1" bash -s "$2" "$BUNDLE" <"$here/prepare-host.sh"; }

# balance MASTER…: the load balancer leads to these.
balance() {
  local master addresses=()
  for master in "$@"; do addresses+=("$(address "$master")"); done
  step lb load-balancer on lb bash -s "${addresses[@]}" <"$here/load-balancer.sh"
}

# join HOST [CERTIFICATE-KEY]: as a worker, or with the key as a master.
join() {
  local host=$1 certificate_key=${2:-}
  {
    cat <<YAML
apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
discovery:
  bootstrapToken:
    apiServerEndpoint: $(address lb):6443
    token: $(cat "$FOLDER/token")
    caCertHashes: ["sha256:$(cat "$FOLDER/ca-hash")"]
nodeRegistration:
  name: $host
  ignorePreflightErrors: [SystemVerification]
  kubeletExtraArgs: [{ name: node-ip, value: $(address "$host") }]
YAML
    [ -z "$certificate_key" ] || cat <<YAML
controlPlane:
  certificateKey: $certificate_key
  localAPIEndpoint: { advertiseAddress: $(address "$host") }
YAML
  } >"$FOLDER/join-$host.yaml"
  step "$host" join on "$host" 'cat >/run/join.yaml && kubeadm join --config /run/join.yaml' <"$FOLDER/join-$host.yaml"
}

# all PID…: waits for each; fails when one has failed.
all() {
  local pid
  for pid in "$@"; do wait "$pid"; done
}
