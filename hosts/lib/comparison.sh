# shellcheck shell=bash
# Configurations as lists of settings, "PATH<TAB>VALUE" a line, and what two of them differ in.

# document KIND: that document of a YAML stream.
document() {
  awk -v kind="kind: $1" '
    function told() { if (found) printf "%s", text; text = ""; found = 0 }
    /^---/ { told(); next }
    { text = text $0 "\n"; if ($0 == kind) found = 1 }
    END { told() }'
}

# YAML with a kind, whatever it is, as JSON: one value a line, keys sorted.
as_json() { kubectl patch --local --filename - --type merge --patch '{}' --output json; }

# settings PREFIX: of JSON as kubectl prints it. What is empty is left out. Elements of a list that have a name go by it,
# plain ones by themselves.
settings() {
  awk -v prefix="$1" '
    function leaf(path, value) { if (value !~ /^(null|""|\{\}|\[\])$/) { paths[++count] = path; values[count] = value } }
    {
      line = $0
      sub(/^ +/, "", line); sub(/,$/, "", line)
      key = ""
      if (match(line, /^"([^"\\]|\\.)*": /)) { key = substr(line, 2, RLENGTH - 4); line = substr(line, RLENGTH + 1) }
      if (line ~ /^[]}]$/) { depth--; next }
      if (!depth) path = prefix
      else if (list[depth]) path = at[depth] "[" element[depth]++ "]"
      else path = at[depth] "." key
      if (line ~ /^[[{]$/) { at[++depth] = path; list[depth] = line == "["; element[depth] = 0 }
      else if (depth && list[depth]) leaf(at[depth] "[" line "]", "there")
      else leaf(path, line)
    }
    END {
      for (i = 1; i <= count; i++)
        if (match(paths[i], /\[[0-9]+\]\.name$/)) names[substr(paths[i], 1, length(paths[i]) - 5)] = values[i]
      for (i = 1; i <= count; i++) {
        path = paths[i]
        if (match(path, /^.*\[[0-9]+\]\./)) {
          element_of = substr(path, 1, RLENGTH - 1)
          if (element_of in names) {
            if (path == element_of ".name") continue
            name = names[element_of]; gsub(/"/, "", name)
            sub(/\[[0-9]+\]$/, "", element_of)
            path = element_of "[" name "]" substr(path, RLENGTH + (path ~ /\.value$/ ? length(path) : 0))
          }
        }
        if (path !~ /\.(apiVersion|kind)$/) print path "\t" values[i]
      }
    }' | LC_ALL=C sort
}

# or_else FILE: settings from stdin, and those of the file that stdin does not have.
or_else() { cat - "$1" | LC_ALL=C sort --stable --field-separator=$'\t' --key=1,1 --unique; }

# differences HAS WANTED: "PATH<TAB>VALUE-OF-THE-CLUSTER<TAB>VALUE-OF-THE-CONFIGURATION"; "nothing" where it has none.
differences() {
  LC_ALL=C join -t $'\t' -a 1 -a 2 -e nothing -o 0,1.2,2.2 "$1" "$2" | awk -F'\t' '$2 != $3'
}

# What a difference means: "must match", "will change" or "stays".
weigh() {
  local path=$1 has=$2
  case $path in
    clusterConfiguration.networking.podSubnet | kubeProxyConfiguration.clusterCIDR)
      # A network add-on may do without it.
      [ "$has" = nothing ] && echo stays || echo must match
      ;;
    clusterConfiguration.kubernetesVersion | clusterConfiguration.networking.* | clusterConfiguration.clusterName | \
      clusterConfiguration.certificatesDir | clusterConfiguration.imageRepository | clusterConfiguration.etcd.external* | \
      clusterConfiguration.etcd.local.dataDir | kubeletConfiguration.cgroupDriver | kubeletConfiguration.clusterDomain | \
      kubeletConfiguration.staticPodPath)
      echo must match
      ;;
    clusterConfiguration.controlPlaneEndpoint) echo will change ;;
    clusterConfiguration.apiServer.certSANs* | clusterConfiguration.apiServer.extraArgs\[shutdown-delay-duration\] | \
      clusterConfiguration.apiServer.extraArgs\[shutdown-watch-termination-grace-period\])
      [ "$has" = nothing ] && echo will change || echo stays
      ;;
    *) echo stays ;;
  esac
}

# From differences on stdin: shows each, and dies when some must not be.
judge_differences() {
  local path has wanted weight refused=()
  while IFS=$'\t' read -r path has wanted; do
    weight=$(weigh "$path" "$has")
    case $weight in
      'must match') refused+=("$path is $has in the cluster, and $wanted in the configuration") ;;
      'will change') say "$path will be $wanted (is $has)" ;;
      *) say "$path stays $has (the configuration says $wanted)" ;;
    esac
  done
  [ "${#refused[@]}" = 0 ] || die "what the cluster was made with must be in the configuration too: $(joined '; ' "${refused[@]}")" \
    "set the configuration to what the cluster has (kubernetesVersion, network, kubeadm.clusterConfiguration, kubeadm.kubeletConfiguration)"
}

# joined SEPARATOR WORD…
joined() {
  local separator=$1 words=$2
  shift 2
  for word in "$@"; do words+=$separator$word; done
  printf '%s' "$words"
}
