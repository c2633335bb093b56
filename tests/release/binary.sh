#!/usr/bin/env bash
# Builds what is shipped for one architecture: a static binary, the same bytes wherever it is built, with
# the list of its crates inside (`cargo auditable`). Prints its path. Needs python3 with venv, and rustup.
# usage: tests/release/binary.sh x86_64|aarch64
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$1-unknown-linux-musl
# PROFILE=dev is for trials.
profile=${PROFILE:-dist}
. tests/release/tools.sh
. tests/release/stamp.sh

{
  wheels
  crate cargo-auditable 0.7.7
  rustup target add "$target" wasm32-unknown-unknown
  # Code of another architecture is compiled by a compiler that knows it.
  features=()
  [ "$1" = "$(uname -m)" ] || features=(--features cross)

  # Paths of this machine are in what a panic says, and in what assertions of C say.
  home=${CARGO_HOME:-$HOME/.cargo}
  # Zig's linker is asked for code at random addresses by name.
  export RUSTFLAGS="-C link-arg=-pie --remap-path-prefix=$home=/cargo --remap-path-prefix=$PWD=/bellpull"
  export CFLAGS="-ffile-prefix-map=$home=/cargo -ffile-prefix-map=$PWD=/bellpull"
  export CARGO_INCREMENTAL=0 CARGO_TARGET_DIR=$PWD/target
  cargo auditable zigbuild --locked --profile "$profile" --package bellpull --target "$target" "${features[@]}"
} >&2
# Cargo names the folder of its profile `dev` after what that was called before there were profiles.
echo "target/$target/${profile/#dev/debug}/bellpull"
