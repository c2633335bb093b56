#!/usr/bin/env bash
# Makes a release once more from a clone in another folder and with another home of cargo, and compares
# every byte with what tests/release.sh has left for the same architectures.
# usage: tests/reproducible.sh x86_64|aarch64…
set -euo pipefail
cd "$(dirname "$0")/.."
RELEASE_TOOLS=$PWD/target/tools
export RELEASE_TOOLS

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone --quiet --no-hardlinks . "$work/elsewhere"
CARGO_HOME=$work/home "$work/elsewhere/tests/release.sh" "$@"
diff target/release-artifacts/SHA256SUMS "$work/elsewhere/target/release-artifacts/SHA256SUMS" || {
  echo "the same commit makes other bytes in another folder" >&2
  exit 1
}
echo "ok  the same bytes in another folder"
