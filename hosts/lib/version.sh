# shellcheck shell=bash
# Versions, as "1.36.3".

minor_of() { cut -d. -f2 <<<"$1"; }

# is_way_back FROM TO
is_way_back() { [ "$(printf '%s\n' "$1" "$2" | sort --version-sort | tail -n 1)" != "$2" ]; }

# steps_over_minor FROM TO
steps_over_minor() { [ $(($(minor_of "$2") - $(minor_of "$1"))) -gt 1 ]; }
