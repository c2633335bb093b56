#!/usr/bin/env bash
# Makes everything that a release is made of, in target/release-artifacts: for each architecture a tarball,
# a list of what the binary is made of and an image; the chart, the sources, and the digests of all.
# usage: tests/release.sh [x86_64|aarch64…]
# By default for both. PROFILE=dev is for trials. Needs what tests/release/image.sh needs, and Go.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/release/stamp.sh
case $BELLPULL_COMMIT in
*-dirty)
  echo "a release names the commit that it is made of: commit what has changed" >&2
  exit 1
  ;;
esac
architectures=("$@")
[ $# -gt 0 ] || architectures=(x86_64 aarch64)

out=target/release-artifacts
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$out"
mkdir -p "$out"
step() { printf '\n== %s\n' "$*"; }

# Pages and completions are written by a binary of this machine, and are the same for each target.
step "pages and completions"
here=$(tests/release/binary.sh "$(uname -m)")
"$here" man-pages "$work/man/man1"
mkdir "$work/completions"
"$here" completions bash >"$work/completions/bellpull.bash"
"$here" completions zsh >"$work/completions/_bellpull"
"$here" completions fish >"$work/completions/bellpull.fish"

for architecture in "${architectures[@]}"; do
  step "$architecture"
  name=bellpull-$version-linux-$architecture
  tests/release/sbom.sh "$architecture" "$out/$name.cdx.json"
  mkdir "$work/$name"
  cp -r "$(tests/release/binary.sh "$architecture")" LICENSE CHANGELOG.md examples/systemd "$work/man" \
    "$work/completions" "$work/$name/"
  archive "$work/$name.tar" "$work" "$name"
  gzip -9 --no-name <"$work/$name.tar" >"$out/$name.tar.gz"
  tests/release/image.sh "$architecture" "$out/$name.image.tar"
done

step "the chart"
tests/release/chart.sh "$out"

step "sources"
git archive --format tar --prefix "bellpull-$version/" HEAD | gzip -9 --no-name >"$out/bellpull-$version-source.tar.gz"

step "digests"
(cd "$out" && sha256sum -- * >"$work/SHA256SUMS" && mv "$work/SHA256SUMS" .)
cat "$out/SHA256SUMS"
