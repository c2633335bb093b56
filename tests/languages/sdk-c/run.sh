#!/usr/bin/env bash
# Runs the unit tests of the C SDK on this machine, with what finds undefined behaviour.
set -euo pipefail
cd "$(dirname "$0")/../../.."

sdk=plugins/sdk-c
out=target/languages/sdk-c
sources=()
for source in "$sdk"/*.c; do
  case $source in
    */bindings.c | */exports.c) ;;
    *) sources+=("$source") ;;
  esac
done
mkdir -p "$out"
for test in tests/languages/sdk-c/*.c; do
  name=$(basename "$test" .c)
  "${CC:-cc}" -std=c11 -g -Wall -Wextra -Werror -fsanitize=address,undefined -fno-sanitize-recover=all \
    -I "$sdk" "$test" "${sources[@]}" "$sdk/native/host.c" -o "$out/$name"
  # Nothing is freed in a component either.
  ASAN_OPTIONS=detect_leaks=0 "$out/$name"
  echo "ok   sdk-c $name"
done
