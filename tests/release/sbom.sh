#!/usr/bin/env bash
# Writes the list of everything that the binary of one architecture is made of, with licences and digests, as
# CycloneDX: the same bytes wherever it is made.
# usage: tests/release/sbom.sh x86_64|aarch64 FILE
set -euo pipefail
target=$1-unknown-linux-musl to=$(realpath "$2")
cd "$(dirname "$0")/../.."
. tests/release/tools.sh
. tests/release/stamp.sh
crate cargo-cyclonedx 0.5.9

# The tool writes a file beside each manifest, so it works on a copy.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git archive HEAD | tar --extract --directory "$work"
(cd "$work" && cargo cyclonedx --quiet --format json --spec-version 1.5 --target "$target" \
  --manifest-path host/bellpull/Cargo.toml --override-filename sbom)
# Our own crates are named by where they lie.
sed "s#file://$work#file:///bellpull#g" "$work/host/bellpull/sbom.json" >"$to"
