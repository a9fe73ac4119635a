# stage VERSION [PACKAGES]: puts that version of Kubernetes and its images beside what runs on a living master, for `maintain`.
# PACKAGES, a digest, is for the plan. The masters do so one after another, in an order that is the graph's: disk and processor are busy meanwhile, and etcd needs its quorum.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/node.sh"
. "$STEP_LIB/upgrade.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf
# shellcheck source=../lib/packages-bundle.sh
. "$STEP_LIB/packages-$PACKAGES.sh"

if has_joined && packages_differ; then stage_upgrade; fi
