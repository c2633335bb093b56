#!/usr/bin/env bash
# Holds the build of the bundled providers to what it promises: editing one provider makes that one
# anew, editing a case makes none, and neither does a second target directory. Works on a copy; takes
# some minutes, since the second directory compiles WebAssembly's compiler.
set -euo pipefail
cd "$(dirname "$0")/.."

work=target/verify-bundle
rm -rf "$work"
mkdir -p "$work"
work=$(cd "$work" && pwd)
git clone --quiet --no-hardlinks . "$work/copy"
CARGO_TARGET_DIR=$(cd target && pwd)
export CARGO_TARGET_DIR
cd "$work/copy"

# What the build script says that it makes.
makes() {
  cargo build --locked --package bellpull -vv >"$work/log" 2>&1 || {
    cat "$work/log"
    exit 1
  }
  sed -n 's/.* making \(the component of .*\)/\1/p' "$work/log"
}

expect() {
  if [ "$2" != "$3" ]; then
    printf '%s:\n  expected: %s\n  made:     %s\n' "$1" "$2" "$3" >&2
    exit 1
  fi
  printf 'ok  %s: %s\n' "$1" "${2:-nothing is made}"
}

count=$(makes | wc -l)
expect "the first build" 20 "$count"
printf '\n// Edited.\n' >>plugins/nexus/src/event.rs
expect "one provider edited" "the component of nexus" "$(makes)"
printf '\n# Edited.\n' >>tests/cases/github/push-branch/case.yaml
expect "a case edited" "" "$(makes)"
if grep -q 'plugins/bundle/build/main.rs' "$work/log"; then
  echo "a case edited: the bundle was built again" >&2
  exit 1
fi
export CARGO_TARGET_DIR=$work/second
expect "a second target directory" "" "$(makes)"
