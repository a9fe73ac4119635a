# shellcheck shell=bash
# The conversion of what was made by hand (lib/inspection.sh looks at it): everything leads to the endpoint, and nothing
# depends on one master any more. Every part looks first, so that it can be cut off anywhere and run again.
# Sources: https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-init-phase/,
#          https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-config/

. "$STEP_LIB/inspection.sh"
. "$STEP_LIB/certificate-names.sh"

readonly cluster_configuration=$memory/cluster.yaml api_server_arguments=$memory/arguments
readonly api_server_names=$memory/names

# The parts of a master ask the API server of their own host, and no other
# (https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/).
lead_master_to_endpoint() {
  local part here
  here=https://$(advertised_address):6443
  point "$kubernetes/admin.conf" "https://$ENDPOINT"
  point "$kubernetes/super-admin.conf" "https://$ENDPOINT"
  for part in kubelet controller-manager scheduler; do
    [ "$(server_of "$kubernetes/$part.conf")" = "https://$ENDPOINT" ] || point "$kubernetes/$part.conf" "$here"
    ! has_moved "$kubernetes/$part.conf" || restart "$part"
  done
}

# What reads a kubeconfig reads it when it begins; it may have been cut off in between.
restart() {
  if [ "$1" = kubelet ]; then
    restart_kubelet
  else
    crictl ps --name "^kube-$1\$" --quiet | run xargs --no-run-if-empty crictl stop || true
  fi
}

# copy NAME COMMAND…: what was there before, once.
copy() {
  local place=$before/$1
  [ ! -e "$place" ] || return 0
  make_folder
  (umask 077 && "${@:2}" >"$place.new") || return 1
  mv -f "$place.new" "$place"
}

# This host's API server answers to the endpoint's name, to those in $api_server_names and those it had, and ends as those of
# other masters do.
take_over_master() {
  make_cluster_configuration
  renew_certificate
  add_arguments
  wait_until 300 "the API server of this host answers /readyz, with its new arguments and certificate" api_server_renewed
  say "its API server answers to $ENDPOINT"
}

# The cluster's ClusterConfiguration with what changes, in $cluster_configuration.
make_cluster_configuration() {
  local names arguments present=$memory/cluster-now.yaml
  present_cluster_configuration >"$present"
  [ -s "$present" ] || die "the cluster's ClusterConfiguration could not be read"
  names=$({ field "$present" '{range .apiServer.certSANs[*]}{@}{"\n"}{end}' && cat "$api_server_names"; } | LC_ALL=C sort -u | json_list)
  arguments=$(all_arguments "$(field "$present" '{.apiServer.extraArgs}')")
  kubectl patch --local --filename "$present" --type merge --output yaml --patch \
    "{\"controlPlaneEndpoint\":\"$ENDPOINT\",\"apiServer\":{\"certSANs\":$names,\"extraArgs\":$arguments}}" >"$cluster_configuration" 2>>"$STEP_LOG" \
    || die "the cluster's new ClusterConfiguration could not be made"
}

# field FILE JSONPATH
field() { kubectl patch --local --filename "$1" --type merge --patch '{}' --output jsonpath="$2"; }

# A JSON list of the lines on stdin.
json_list() { sed -e '/^$/d' -e 's/.*/"&"/' | paste -sd , | sed 's/.*/[&]/'; }

# all_arguments JSON-LIST: with those of the API server that the cluster does not have, "NAME VALUE" a line in $api_server_arguments.
all_arguments() {
  local all=${1:-[]} name value
  while read -r name value; do
    [[ $all == *"\"name\":\"$name\""* ]] || all="${all%]},{\"name\":\"$name\",\"value\":\"$value\"}]"
  done <"$api_server_arguments"
  printf '%s' "${all/\[,/[}"
}

# phase_configuration PKI-FOLDER: kubeadm's file for its phases on this host.
phase_configuration() {
  sed '/^---/,$d' "$memory/present.yaml"
  echo ---
  sed "s#^certificatesDir:.*#certificatesDir: $1#" "$cluster_configuration"
}

# kubeadm makes the pair beside the old one, which goes on being used until then.
renew_certificate() {
  local lacking
  issue_own_certificate
  lacking=$(names_lacking "$new_pki/apiserver.crt" "$master_pki/apiserver.crt")
  if [ -n "$lacking" ]; then
    printf '%s\n' "$lacking" >>"$api_server_names"
    make_cluster_configuration
    issue_own_certificate
  fi
  if [ -z "$(names_lacking "$master_pki/apiserver.crt" "$new_pki/apiserver.crt")" ]; then
    rm -rf "$new_pki"
    return 0
  fi
  say "gives its API server a certificate for $(names_lacking "$master_pki/apiserver.crt" "$new_pki/apiserver.crt" | paste -sd ' ') too"
  copy apiserver.crt cat "$master_pki/apiserver.crt"
  copy apiserver.key cat "$master_pki/apiserver.key"
  install_certificate apiserver
}

issue_own_certificate() {
  phase_configuration "$new_pki" >"$memory/certificate.yaml"
  issue_certificate "$memory/certificate.yaml" apiserver
}

# names_lacking CERTIFICATE OTHER: names of the other that the one does not have.
names_lacking() { LC_ALL=C comm -13 <(names_of "$1") <(names_of "$2"); }

# What a step that was cut off may have left: no kubelet, or the key without its certificate; then the old pair is put back,
# and made anew afterwards.
mend_master() {
  local key certificate
  run systemctl start kubelet || true
  key=$(openssl pkey -in "$master_pki/apiserver.key" -pubout 2>/dev/null) || key=none
  certificate=$(openssl x509 -in "$master_pki/apiserver.crt" -noout -pubkey 2>/dev/null) || certificate=none
  if [ "$key" != "$certificate" ] && [ -s "$before/apiserver.key" ]; then
    install -m 0600 "$before/apiserver.key" "$master_pki/apiserver.key"
    install -m 0644 "$before/apiserver.crt" "$master_pki/apiserver.crt"
  fi
  wait_until 330 "the API server of this host answers /readyz" api_server_ready
}

# What somebody has written into the manifest by hand stays.
add_arguments() {
  local name value manifest=$kubernetes/.kube-apiserver.yaml.new
  cp "$api_server_manifest" "$manifest"
  while read -r name value; do
    grep -q -- "- --$name=" "$manifest" || sed -i "s/^\( *\)- kube-apiserver\$/&\n\1- --$name=$value/" "$manifest"
  done <"$api_server_arguments"
  if cmp -s "$manifest" "$api_server_manifest"; then
    rm -f "$manifest"
    return 0
  fi
  copy kube-apiserver.yaml cat "$api_server_manifest"
  say "restarts its API server"
  chmod 0600 "$manifest"
  replace_api_server "$manifest"
}

# kubelet gives an API server that waits for its watches 30 s, and starts its successor 10 s after that. One that begins,
# and finds no pod, starts one at once.
replace_api_server() {
  local pod
  pod=$(crictl pods --label component=kube-apiserver --state ready --quiet)
  run systemctl stop kubelet
  mv -f "$1" "$api_server_manifest"
  crictl ps --name '^kube-apiserver$' --quiet | run xargs --no-run-if-empty crictl stop --timeout 2 || true
  run crictl rmp --force "$pod" || true
  restart_kubelet
}

# The new one runs, and shows the certificate that is there now.
api_server_renewed() {
  local name running
  running=$(pgrep --full --list-full '^kube-apiserver ') || return 1
  while read -r name _; do
    [[ $running == *" --$name="* ]] || return 1
  done <"$api_server_arguments"
  api_server_ready && [ "$(shown_fingerprint)" = "$(fingerprint "$master_pki/apiserver.crt")" ]
}

shown_fingerprint() {
  openssl s_client -connect "$(advertised_address):6443" </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256 2>/dev/null
}

# A master of a cluster that has been taken over on another one.
take_over_further_master() {
  mend_master
  config_map kubeadm-config ClusterConfiguration >"$memory/converted.yaml" || die "the cluster's ClusterConfiguration could not be read"
  field "$memory/converted.yaml" '{range .apiServer.extraArgs[*]}{.name} {.value}{"\n"}{end}' \
    | grep '^shutdown-' >"$api_server_arguments" || true
  : >"$api_server_names"
  take_over_master
  rm -f "$before/apiserver.key"
  lead_master_to_endpoint
}
