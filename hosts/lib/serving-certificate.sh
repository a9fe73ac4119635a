# shellcheck shell=bash
# kubelet's serving certificate, where kubelets ask the cluster for one (serverTLSBootstrap). Kubernetes approves none by
# itself: it cannot know which name and address are a node's, and the configuration does.
# Source: https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/#kubelet-serving-certs
# Needs lib/admin.sh, lib/identity.sh, and on a node that lives lib/kubelet.sh.
# shellcheck disable=SC2154

# A line for each node, "NAME ADDRESS"; not there where kubelets do not ask. Of a step about one node it is that node's.
readonly serving_nodes=/run/kubeadm-ha/serving-nodes
readonly serving_certificate=/var/lib/kubelet/pki/kubelet-server-current.pem
declare -A refused_requests

# On a node that lives: another one when it ends before the next renewal, or when another CA signs now.
follow_serving_certificate() {
  local name address
  [ -e "$serving_nodes" ] && ! serving_certificate_lasts || return 0
  say "kubelet gets a serving certificate of the cluster's"
  if [ "$ROLE" = master ]; then
    sign_serving_certificate
  else
    rm -f "$serving_certificate"
  fi
  read -r name address <"$serving_nodes"
  run systemctl restart kubelet || die "kubelet does not start" "look at 'journalctl -u kubelet' on this host"
  approve_until "$name" "$address" serving_certificate_lasts
  wait_until 120 "kubelet is healthy" kubelet_healthy
}

# The cluster dates its certificates back by some minutes.
serving_certificate_lasts() {
  local until
  until=$(($(date --date "$(</etc/kubeadm-ha/certificates-until)" +%s) - 3600 - $(date +%s)))
  openssl verify -CAfile <(openssl x509 -in "$cluster_ca") "$serving_certificate" >/dev/null 2>&1 \
    && openssl x509 -in "$serving_certificate" -noout -checkend "$((until > 0 ? until : 0))" >/dev/null
}

# On a master, which has the CA's key, and whose kubelet others need before anybody can approve: they ask etcd through it. Nor
# can the cluster sign while the CAs are rotated: its kube-controller-manager may be one that has yet to take the phase.
sign_serving_certificate() {
  local name address key certificate days
  [ -e "$serving_nodes" ] || return 0
  read -r name address <"$serving_nodes"
  days=$((($(date --date "$(</etc/kubeadm-ha/certificates-until)" +%s) - $(date +%s)) / 86400 + 1))
  key=$(openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256)
  certificate=$(printf '%s\n' "$key" | openssl req -new -key /dev/stdin -subj "/O=system:nodes/CN=system:node:$name" \
    | openssl x509 -req -CA <(openssl x509 -in "$cluster_ca") -CAkey /etc/kubernetes/pki/ca.key -days "$days" -extfile <(
      printf '%s\n' 'basicConstraints=critical,CA:FALSE' 'keyUsage=critical,digitalSignature' 'extendedKeyUsage=serverAuth' "subjectAltName=DNS:$name,IP:$address"
    ) 2>>"$STEP_LOG") || die "kubelet's serving certificate could not be signed"
  mkdir -p "${serving_certificate%/*}"
  install_kubelet_certificate "$certificate"$'\n'"$key" "$serving_certificate"
}

# approve_until NAME ADDRESS COMMAND…: approves what the node asks for, until the command succeeds.
approve_until() {
  local end=$((SECONDS + 120))
  until "${@:3}"; do
    [ "$SECONDS" -lt "$end" ] || die "kubelet of $1 has no serving certificate of the cluster's after 120 s; its requests: $(requests_in_words "$1")" \
      "none: look at 'journalctl -u kubelet' there; not Issued: at kube-controller-manager, which signs; Issued: whether this host reaches kubelet's port at $2; then run 'pulumi up' again"
    approve_requests "$1" "$2"
    sleep 0.5
  done
}

# approve_requests NAME ADDRESS: who asks is known to the API server; a node could ask for others' names.
approve_requests() {
  local request names
  for request in $(pending_requests "$1"); do
    names=$(requested_names "$request") || continue
    if [ -n "$names" ] && ! grep -qvxF -e "DNS:$1" -e "IP Address:$2" <<<"$names"; then
      run kube certificate approve "$request" || true
    elif [ -z "${refused_requests[$request]:-}" ]; then
      refused_requests[$request]=yes
      say "does not approve $request: $1 asks for a certificate for $(paste -sd ' ' <<<"${names:-no name}"), and its name and address are $1 and $2"
    fi
  done
}

# serving_requests OPTIONS: of all kubelets, as kubectl prints them.
serving_requests() {
  kube --request-timeout=10s get certificatesigningrequests --field-selector spec.signerName=kubernetes.io/kubelet-serving "$@" 2>>"$STEP_LOG"
}

pending_requests() {
  serving_requests --output 'jsonpath={range .items[*]}{.metadata.name} {.spec.username} {.status.conditions[*].type}{"\n"}{end}' \
    | awk -v user="system:node:$1" '$2 == user && NF == 2 { print $1 }' || true
}

# With what kubectl says of each: Pending, Denied, Approved, or Approved,Issued.
requests_in_words() {
  local requests
  requests=$(serving_requests --no-headers | awk -v user="system:node:$1" '$4 == user { print $1, "(" $6 ")" }' | paste -sd ' ') || true
  echo "${requests:-none}"
}

requested_names() {
  kube --request-timeout=10s get certificatesigningrequest "$1" --output 'jsonpath={.spec.request}' | base64 --decode | openssl req -noout -text \
    | awk '/Subject Alternative Name/ { getline; print }' | sed 's/^ *//; s/, */\n/g'
}
