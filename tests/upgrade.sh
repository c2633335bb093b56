#!/usr/bin/env bash
# Two replicas go from an earlier commit to this one and back, one after the other, under load. FROM is that
# commit: by default the first one that stored all that is stored today.
set -euo pipefail
cd "$(dirname "$0")/.."

from=${FROM:-f34017152159d1716a839173a0adb2286ce4d008}
git cat-file -e "$from^{commit}" 2>/dev/null || {
  echo "there is no commit $from here: fetch the whole history (git fetch --unshallow), or name another one (FROM=v0.1.0)" >&2
  exit 1
}
commit=$(git rev-parse "$from^{commit}")
former=$PWD/target/former/$commit
if [ ! -x "$former/bellpull" ]; then
  rm -rf target/former
  mkdir -p "$former"
  git archive "$commit" | tar --extract --directory "$former"
  # What the two commits have in common is compiled already.
  target=$PWD/target
  (cd "$former" && cargo build --locked --package bellpull --target-dir "$target")
  cp target/debug/bellpull "$former/bellpull"
fi
BELLPULL_FORMER=$former cargo test --locked --package bellpull-tests --test upgrade -- --nocapture
