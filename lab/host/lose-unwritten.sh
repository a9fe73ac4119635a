#!/usr/bin/env bash
# lose-unwritten HOST: what lost power takes beside the memory. The machine's kernel, which lives on, still has all that the host
# has written; a disk would have names, but no content of files that have no place on it yet. Those are empty now.
# Only a file system that tells places loses anything (ext4, XFS).
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/names.sh"
folder=$(host_folder "$1")

# The kernel writes what is older than half a minute; a busy disk may take longer.
recent_files() { find "$folder"/{upper,data} -type f -size +0 -cmin -5 -print0; }

# One a line: without a single extent that is anything but "delalloc".
unwritten() {
  awk '
    function tell() { if (extents > 0 && extents == delayed) print path }
    /^File size of / { tell(); path = $0; sub(/^File size of /, "", path); sub(/ is [0-9]+ \(.*/, "", path); extents = delayed = 0 }
    /^ +[0-9]+: / { extents++; if (/delalloc/) delayed++ }
    END { tell() }'
}

recent_files | { xargs -0 --no-run-if-empty filefrag -v 2>/dev/null || true; } | unwritten | tr '\n' '\0' \
  | xargs -0 --no-run-if-empty truncate --size=0
