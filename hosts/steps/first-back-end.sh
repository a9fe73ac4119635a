# first-back-end: the endpoint leads to the founding master, before there is anything behind it.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/receive.sh"
. "$STEP_LIB/nginx.sh"

receive_files
use_nginx_conf
say "leads to $(back_ends_of "$nginx_conf" | paste -sd ' ')"
