# shellcheck shell=bash
# Files with certificates of CAs: one, or while the PKI is rotated two, of which the first signs.

# certificate_ids FILE: a digest of each certificate, a line.
certificate_ids() {
  local line text=''
  while IFS= read -r line; do
    text+=$line$'\n'
    [ "$line" = '-----END CERTIFICATE-----' ] || continue
    printf %s "$text" | sha256sum | cut -d' ' -f1
    text=''
  done <"$1"
}

first_id() { certificate_ids "$1" | sed -n 1p; }

# has_certificate FILE ID
has_certificate() { [ -n "$2" ] && grep -qxF "$2" <<<"$(certificate_ids "$1")"; }

# have_one_in_common FILE FILE
have_one_in_common() {
  local id
  for id in $(certificate_ids "$1"); do
    ! has_certificate "$2" "$id" || return 0
  done
  return 1
}
