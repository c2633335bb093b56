#!/usr/bin/env bash
# What a release is held to beside the gate, of a commit without changes. Needs what test-languages needs,
# Chromium, what makes and runs an image, and a C compiler for aarch64 (in Debian the packages chromium,
# buildah, podman, crun, jq, systemd, gcc-aarch64-linux-gnu and libc6-dev-arm64-cross).
set -euo pipefail
cd "$(dirname "$0")/.."

cross=aarch64-unknown-linux-gnu
step() { printf '\n== %s\n' "$*"; }

step "licences, sources and bans"
command -v cargo-deny >/dev/null || cargo install --locked --root target/tools cargo-deny
PATH=$PWD/target/tools/bin:$PATH cargo deny --locked check licenses bans sources

step "advisories"
database=https://github.com/RustSec/advisory-db
if git ls-remote --exit-code "$database" HEAD >/dev/null 2>&1; then
  cargo deny --locked check advisories
elif [ -d "${CARGO_HOME:-$HOME/.cargo}/advisory-dbs" ]; then
  cargo deny --locked check advisories --disable-fetch
else
  echo "NOT CHECKED: $database cannot be reached, and there is no copy of it"
fi

step "bindings of the contract"
make bindings
git diff --exit-code -- plugins/

step "the SDK as a crate"
cargo publish --locked --dry-run --package bellpull-sdk --target-dir target

step "the build of the bundle"
tests/bundle.sh

step "a build from source"
cargo build --locked --release --package bellpull
target/release/bellpull check github tests/cases/github

step "what a release is made of"
# For this machine's architecture: another costs as much again.
tests/release.sh "$(uname -m)"
[ -z "$(git status --porcelain)" ] || {
  echo "making a release has changed the checkout" >&2
  exit 1
}

step "the image"
tests/image.sh target/release-artifacts/*.image.tar

step "the same bytes in another folder"
tests/reproducible.sh "$(uname -m)"

step "the unit of systemd"
# Of 100: what is better needs no network, or no memory that is executable.
systemd-analyze security --offline=true --threshold=15 examples/systemd/bellpull.service | tail -n 1

step "without optional parts"
for parts in "" console precompiled records-database traces; do
  cargo clippy --locked --package bellpull --no-default-features --features "$parts" -- --deny warnings
done

step "TLS, as another implementation sees it"
tests/tls.sh target/release/bellpull

step "the console in a browser"
tests/console.sh target/release/bellpull

step "benchmarks"
cargo bench --locked --package bellpull-tests --bench sandbox --bench filters

step "alerts, as promtool sees them"
cargo clippy --locked --package bellpull-tests --test promtool -- --deny warnings
cargo test --locked --package bellpull-tests --test promtool

step "cosign"
cargo clippy --locked --package bellpull-tests --test cosign -- --deny warnings
cargo test --locked --package bellpull-tests --test cosign

step "an upgrade and the way back"
cargo clippy --locked --package bellpull-tests --test upgrade -- --deny warnings
tests/upgrade.sh

step "another architecture"
rustup target add "$cross"
CC_aarch64_unknown_linux_gnu=aarch64-linux-gnu-gcc \
CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
  cargo build --locked --package bellpull --target "$cross" --features cross
file=target/$cross/debug/bellpull
# e_machine of ELF at byte 18: 183 is AArch64. Each artefact is such a file too.
[ "$(od -An -j18 -N2 -tu2 "$file" | tr -d ' ')" = 183 ]
for code in target/"$cross"/debug/build/bellpull-bundle-*/out/*.cwasm; do
  [ "$(od -An -j19 -N2 -tu2 "$code" | tr -d ' ')" = 183 ] || {
    echo "$code is not for $cross" >&2
    exit 1
  }
done
echo "$file: built, with every component's code for $cross"

step "languages"
make test-languages
