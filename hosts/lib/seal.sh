# shellcheck shell=bash
# Secrets on their way from this host to Pulumi: components/sealed.ts is the other end.

# Another in tests.
readonly seal=${SEAL_FILE:-/run/kubeadm-ha/seal}

# Encrypts stdin for whoever knows the password in $seal; one line of base64.
seal() { openssl enc -aes-256-cbc -pbkdf2 -iter 10000 -md sha256 -salt -pass "file:$seal" | openssl base64 -A; }
