#!/usr/bin/env bash
# pull-plug HOST: every process is gone at once, and with the memory what has no place on the disk yet: the machine's kernel,
# which lives on, would still write it. Files whose name alone is on the disk are empty now.
# Only a file system that tells places loses anything (ext4, XFS).
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/names.sh"
source "$(dirname "${BASH_SOURCE[0]}")/cgroups.sh"
folder=$(host_folder "$1")

# The kernel writes what is older than half a minute; a busy disk may take longer.
recent_files() { find "$folder"/{upper,data} -type f -size +0 -cmin -5 -print0; }

# Of filefrag's words about each: names, a line each, of those without an extent that is anything but "delalloc".
unwritten() {
  awk '
    function tell() { if (extents > 0 && extents == delayed) print path }
    /^File size of / { tell(); path = $0; sub(/^File size of /, "", path); sub(/ is [0-9]+ \(.*/, "", path); extents = delayed = 0 }
    /^ +[0-9]+: / { extents++; if (/delalloc/) delayed++ }
    END { tell() }'
}

lose_unwritten() {
  recent_files | { xargs -0 --no-run-if-empty filefrag -v 2>/dev/null || true; } | unwritten | tr '\n' '\0' \
    | xargs -0 --no-run-if-empty truncate --size=0
}

# While nothing runs: what is written would be on its way, and an overlay that goes away takes all of it to the disk.
freeze "$lab_cgroup/$1"
lose_unwritten
processes_in "$lab_cgroup/$1" | xargs --no-run-if-empty kill -KILL 2>/dev/null || true
thaw "$lab_cgroup/$1"
