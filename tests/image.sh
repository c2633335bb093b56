#!/usr/bin/env bash
# Holds an image to what it promises: who it runs as, how large it is, what it names and carries; and that
# it takes a delivery with nothing to write to and no right but its own. Needs podman with crun or runc
# (in Debian packages of these names), curl, jq and objcopy; asks no registry.
# usage: tests/image.sh ARCHIVE
set -euo pipefail
archive=$(realpath "$1")
cd "$(dirname "$0")/.."
. tests/release/stamp.sh

# Of the image, in bytes, as it lies on a disk.
most=70000000

work=$(mktemp -d)
served=
podman() {
  command podman --root "$work/storage" --runroot "$work/run" --storage-driver vfs \
    --cgroup-manager cgroupfs --events-backend file "$@"
}
finish() {
  [ -z "$served" ] || podman rm --force --time 0 "$served" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT

failed=0
# expect NAME WANTED FOUND
expect() {
  if [ "$2" = "$3" ]; then
    echo "ok      $1"
  else
    printf 'FAILED  %s\n  wanted: %s\n  found:  %s\n' "$1" "$2" "$3"
    failed=1
  fi
}

image=$(podman load --quiet --input "$archive" | sed 's/^Loaded image: //')
described=$(podman image inspect "$image")
field() { jq --raw-output ".[0]$1" <<<"$described"; }
label() { field ".Labels[\"org.opencontainers.image.$1\"]"; }
expect "it runs as nobody who can do anything" 65532:65532 "$(field .User)"
expect "it is version" "$version" "$(label version)"
expect "it names the commit" "$BELLPULL_COMMIT" "$(label revision)"
expect "it names the licence" "$license" "$(label licenses)"
expect "it names the source" "$repository" "$(label source)"
size=$(field .Size)
expect "it takes $size bytes, at most $most" yes "$([ "$size" -le "$most" ] && echo yes)"

# What is in it.
files=$work/files
mkdir "$files"
podman save --quiet --format docker-dir --output "$work/saved" "$image" >/dev/null
for layer in $(jq --raw-output '.layers[].digest' "$work/saved/manifest.json"); do
  tar --extract --file "$work/saved/${layer#sha256:}" --directory "$files"
done
binary=$files/usr/local/bin/bellpull
expect "its files" "./etc/group ./etc/passwd ./etc/ssl/certs/ca-certificates.crt ./usr/local/bin/bellpull \
./usr/share/doc/bellpull/LICENSE ./usr/share/doc/bellpull/sbom.cdx.json" \
  "$(cd "$files" && find . -not -type d | sort | paste -sd ' ')"
expect "the binary needs no library" "" "$(readelf --dynamic "$binary" | grep NEEDED || true)"
expect "the binary knows no path of this machine" "" "$(
  for path in "$PWD" "$HOME" "${CARGO_HOME:-$HOME/.cargo}"; do
    grep --text --only-matching --fixed-strings "$path/" "$binary" | head -n 1 || true
  done
)"
# The list that `cargo auditable` leaves, and the SBOM: the crates that are in the binary.
objcopy --dump-section .dep-v0="$work/audit" "$binary" "$work/copy"
in_binary=$(python3 -c '
import json, sys, zlib
crates = json.loads(zlib.decompress(open(sys.argv[1], "rb").read()))["packages"]
for crate in crates:
    if crate.get("kind") != "build":
        print(crate["name"], crate["version"])' "$work/audit")
in_sbom=$(jq --raw-output '[.metadata.component, .components[]] | map("\(.name) \(.version)") | unique[]' \
  "$files/usr/share/doc/bellpull/sbom.cdx.json" | LC_ALL=C sort)
expect "the SBOM lists each crate of the binary" "" "$(comm -23 <(LC_ALL=C sort -u <<<"$in_binary") <(echo "$in_sbom"))"
expect "the binary has many crates" yes "$([ "$(wc -l <<<"$in_binary")" -gt 300 ] && echo yes)"

# Whichever runtime works on this machine: crun refuses a machine with both versions of control groups.
options=(--read-only --read-only-tmpfs=false --network host --cap-drop all --security-opt no-new-privileges
  --ulimit nofile=4096:4096 --ulimit nproc=1024:1024 --volume "$work/manifests:/manifests:ro")
cp -r examples/quickstart "$work/manifests"
chmod -R go+rX "$work" "$work/manifests"
for runtime in crun runc none; do
  if [ "$runtime" = none ]; then
    printf 'no container can be run here:\n%s\n' "$said" >&2
    exit 1
  fi
  said=$(podman --runtime "$runtime" run --rm "${options[@]}" "$image" --version 2>&1) && break
done
expect "$runtime runs it" "bellpull $version" "$said"
run() { podman --runtime "$runtime" run "${options[@]}" "$@"; }

expect "a component is compiled" 0 "$(
  run --rm --tmpfs /cache:mode=1777 "$image" compile github --cache-dir /cache >"$work/compiled" 2>&1
  echo $?
)"
served=$(run --detach "$image" serve --manifests /manifests --drain-delay 0s \
  --receiver-addr 127.0.0.1:0 --health-addr 127.0.0.1:0 --metrics-addr 127.0.0.1:0)
address() { podman logs "$served" 2>&1 | sed -n "s/.*flag=\"--$1-addr\" address=//p"; }
until [ -n "$(address health)" ] && curl --silent --fail --output /dev/null "http://$(address health)/readyz"; do
  [ "$(podman inspect --format '{{.State.Running}}' "$served")" = true ] || {
    podman logs "$served" >&2
    exit 1
  }
  sleep 0.1
done
answer=$(run --rm "$image" send app --manifests /manifests --to "http://$(address receiver)" 2>&1 || true)
expect "a delivery is taken" notified "$(sed -n 's/.*"outcome": "\(.*\)".*/\1/p' <<<"$answer")"
expect "each notification is told" 2 "$(podman logs "$served" 2>/dev/null | jq --slurp 'map(select(.target)) | length')"
expect "servers of https can be trusted" "" "$(podman logs "$served" 2>&1 | grep 'no https server' || true)"
podman stop --time 30 "$served" >/dev/null
expect "it ends when it is told to" 0 "$(podman inspect --format '{{.State.ExitCode}}' "$served")"
if [ $failed = 1 ]; then podman logs "$served" >&2; fi
exit $failed
