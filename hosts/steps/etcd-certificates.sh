# etcd-certificates: the certificates of this host's etcd member. etcd reads them anew for every connection, so nothing restarts.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/etcd.sh"
. "$STEP_LIB/ring.sh"
. "$STEP_LIB/receive.sh"

receive_file
refuse_other_cluster
receive_files
! is_member || wait_until 60 "etcd answers with its new certificates" member_answers
say "has its certificates for etcd"
