#!/usr/bin/env bash
# Two replicas go from an earlier commit to the working tree and back, one after the other, under load. FROM is
# that commit: by default the first one that stored all that is stored today.
set -euo pipefail
cd "$(dirname "$0")/.."

from=${FROM:-f34017152159d1716a839173a0adb2286ce4d008}
git rev-parse --git-dir >/dev/null
commit=$(git rev-parse --verify --quiet "$from^{commit}") || {
  echo "there is no commit $from here: fetch the whole history (git fetch --unshallow), or name another one (FROM=COMMIT)" >&2
  exit 1
}
former=$PWD/target/former/$commit
if [ ! -x "$former/bellpull" ]; then
  # What the two commits have in common is compiled already.
  build=$PWD/target
  rm -rf "$former"
  mkdir -p "$former"
  git archive "$commit" | tar --extract --directory "$former"
  (
    cd "$former"
    unset CARGO_BUILD_TARGET
    BELLPULL_COMMIT=$commit cargo build --locked --package bellpull --target-dir "$build"
  )
  cp target/debug/bellpull "$former/bellpull.new"
  mv "$former/bellpull.new" "$former/bellpull"
fi
BELLPULL_FORMER=$former cargo test --locked --package bellpull-tests --test upgrade -- --nocapture
