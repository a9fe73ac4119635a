#!/usr/bin/env bash
# wrap.sh FOLDER PACKAGES MODULE@VERSION...: writes the wrapper module FOLDER, from which PACKAGES (one word, separated
# by spaces) of the MODULEs are built. The first MODULE's own go.mod is taken over, so that what is compiled are the
# dependencies which that release was tested with; `go install MODULE/cmd@VERSION` would refuse its replace lines.
#
# All folders beside this script were made by it (see README.md). A person runs it when a version is added, a build
# never does: go.mod and go.sum are committed, and a build that needs anything else fails.
set -euo pipefail

folder=$1
read -ra packages <<<"$2"
shift 2
modules=("$@")
main=${modules[0]}

# A release replaces modules of its own repository by folders, which are not there for us. etcd's are published under
# the version required anyway; Kubernetes requires v0.0.0 and publishes its staging modules as v0.MINOR.PATCH.
replacements_by_published_modules() {
  local staging_version=v0.${main##*@v1.}
  go mod edit -json go.mod | jq -r --arg staging "$staging_version" '
    .Replace[]? | select(.New.Path | startswith(".")) |
    if .New.Path | startswith("./staging/") then "-replace=\(.Old.Path)=\(.Old.Path)@\($staging)"
    else "-dropreplace=\(.Old.Path)" end'
}

mkdir -p "$folder"
cd "$folder"
name=$(basename "$folder")
go mod download -json "$main" | jq -r .GoMod | xargs -I{} install -m 644 {} go.mod
mapfile -t replacements < <(replacements_by_published_modules)
go mod edit -module="kubeadm-ha/$name" "${replacements[@]}" "${modules[@]/#/-require=}"

# Whatever the packages import, under every build tag that is used, gets its sum into go.sum.
go list -mod=mod -deps "${packages[@]}" >/dev/null
