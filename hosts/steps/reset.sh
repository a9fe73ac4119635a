# reset: brings this host back to packages and runtime, so that it can join again.
# Source: https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-reset/
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/node.sh"

say "is reset"
clear_node
