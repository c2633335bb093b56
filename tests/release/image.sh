#!/usr/bin/env bash
# Makes the image for one architecture: an archive in the layout of OCI, the same bytes wherever it is
# made. Prints the digest of its manifest. Needs what binary.sh needs, and buildah (in Debian the package
# buildah). No registry is asked for an image.
# usage: tests/release/image.sh x86_64|aarch64 FILE
set -euo pipefail
machine=$1 to=$(realpath "$2")
cd "$(dirname "$0")/../.."
. tests/release/tools.sh
. tests/release/stamp.sh
case $machine in
x86_64) architecture=amd64 ;;
aarch64) architecture=arm64 ;;
*)
  echo "$machine: an image is for x86_64 or aarch64" >&2
  exit 1
  ;;
esac
command -v buildah >/dev/null || {
  echo "an image is built by buildah: in Debian the package buildah" >&2
  exit 1
}
binary=$(tests/release/binary.sh "$machine")

work=$(mktemp -d)
storage=(--storage-driver vfs --root "$work/storage" --runroot "$work/run")
buildah() { command buildah "${storage[@]}" "$@"; }
trap 'rm -rf "$work"' EXIT

# Modes are those of the image, whatever the umask.
files=$work/files
umask 022
install -d "$files"/{etc/ssl/certs,usr/local/bin,usr/share/doc/bellpull}
install -m 755 "$binary" "$files/usr/local/bin/bellpull"
install -m 644 LICENSE "$files/usr/share/doc/bellpull/LICENSE"
tests/release/sbom.sh "$machine" "$work/sbom"
install -m 644 "$work/sbom" "$files/usr/share/doc/bellpull/sbom.cdx.json"
install -m 644 "$(python3 -m certifi)" "$files/etc/ssl/certs/ca-certificates.crt"
echo 'nonroot:x:65532:65532::/:/sbin/nologin' >"$files/etc/passwd"
echo 'nonroot:x:65532:' >"$files/etc/group"

{
  # The identity label would be the version of buildah.
  buildah build --isolation chroot --pull=never --platform "linux/$architecture" \
    --timestamp "$SOURCE_DATE_EPOCH" --identity-label=false --layers=false \
    --label org.opencontainers.image.title=bellpull \
    --label org.opencontainers.image.description="The webhook receiver for pull-based GitOps" \
    --label org.opencontainers.image.version="$version" \
    --label org.opencontainers.image.revision="$BELLPULL_COMMIT" \
    --label org.opencontainers.image.created="$(date --utc --iso-8601=seconds --date "@$SOURCE_DATE_EPOCH")" \
    --label org.opencontainers.image.source="$repository" \
    --label org.opencontainers.image.licenses="$license" \
    --tag "bellpull:$version" --file examples/kubernetes/Containerfile "$files"
  buildah push --digestfile "$work/digest" "bellpull:$version" "oci:$work/layout:bellpull:$version"
} >&2
archive "$to" "$work/layout" .
cat "$work/digest"
echo
