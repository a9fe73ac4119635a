# back-ends: leads to the masters that have joined. One that is new must be ready first.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/receive.sh"
. "$STEP_LIB/nginx.sh"

ready() { curl -sk --max-time 2 -o /dev/null --fail "https://$1/readyz"; }

# Back ends of the new file that the old one does not have.
new_back_ends() { comm -23 <(back_ends_of "$nginx_conf.new" | sort) <(back_ends_of "$nginx_conf" | sort); }

receive_files
for back_end in $(new_back_ends); do
  wait_until 120 "the new master at $back_end answers /readyz" ready "$back_end"
done
use_nginx_conf
mkdir -p "$(dirname "$serves_joined_masters")"
touch "$serves_joined_masters"
say "leads to $(back_ends_of "$nginx_conf" | paste -sd ' ')"
