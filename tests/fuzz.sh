#!/usr/bin/env bash
# Fuzzes each of TARGETS (all) for TIME seconds (60), one after another, on one core, and prints what
# each has executed and reached. New inputs gather in target/fuzz/corpus; MINIMISE=1 writes the smallest
# set that reaches the same into tests/fuzz/corpus. A crash is kept in tests/fuzz/crashes, and ends it.
# Needs a C++ compiler.
set -euo pipefail
cd "$(dirname "$0")/.."

host=$(rustc --print host-tuple)
build=target/fuzz/build
fuzz=$build/$host/fuzz/fuzz
time=${TIME:-60}

# Of files, the longest first, those that are too many: 150 stay, 150 KB, half of each for the longest, which
# reach most, and half for the shortest.
superfluous() {
  awk '
    { size[NR] = $1; name[NR] = $2 }
    END {
      for (at = 1; at <= NR && files < 75 && bytes + size[at] <= 75000; at++) { bytes += size[at]; files++ }
      for (end = NR; end >= at && files < 150 && bytes + size[end] <= 150000; end--) { bytes += size[end]; files++ }
      for (; at <= end; at++) print name[at]
    }'
}

# The linker keeps the counters of functions that it finds unused.
RUSTC_WRAPPER=$PWD/tests/fuzz/rustc.sh \
CARGO_INCREMENTAL=0 \
RUSTFLAGS="-C link-arg=-Wl,-z,nostart-stop-gc" \
  cargo build --locked --package bellpull-fuzz --features libfuzzer --bin fuzz --profile fuzz \
    --target "$host" --target-dir "$build"

known=$(BELLPULL_FUZZ_TARGET=--list "$fuzz")
targets=${TARGETS:-$known}
for target in $targets; do
  grep -qxF -e "$target" <<<"$known" || {
    printf 'no target is called %s; there are:\n%s\n' "$target" "$known" >&2
    exit 1
  }
done
for target in $targets; do
  kept=tests/fuzz/corpus/$target
  found=target/fuzz/corpus/$target
  crashes=tests/fuzz/crashes/$target
  log=target/fuzz/logs/$target.log
  mkdir -p "$kept" "$found" "$crashes" target/fuzz/logs
  export BELLPULL_FUZZ_TARGET=$target
  # Its own, or that of its family.
  dictionary=tests/fuzz/dictionaries/$target.dict
  [ -f "$dictionary" ] || dictionary=tests/fuzz/dictionaries/${target%%-*}.dict
  if ! "$fuzz" -max_total_time="$time" -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 \
    -max_len="${MAX_LEN:-16384}" -artifact_prefix="$crashes/" \
    ${dictionary:+$([ -f "$dictionary" ] && echo "-dict=$dictionary")} \
    "$found" "$kept" >"$log" 2>&1; then
    tail -n 40 "$log"
    echo "$target: the input is in $crashes; the log is $log" >&2
    exit 1
  fi
  rmdir --ignore-fail-on-non-empty "$crashes"
  executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  reached=$(grep -oE 'cov: [0-9]+ ft: [0-9]+' "$log" | tail -n 1)
  printf '%-24s %12s executions, %s\n' "$target" "$executed" "$reached"
  if [ -n "${MINIMISE:-}" ]; then
    smallest=$(mktemp -d)
    # By what is reached, and not by how often.
    "$fuzz" -set_cover_merge=1 -use_counters=0 "$smallest" "$kept" "$found" >>"$log" 2>&1
    (cd "$smallest" && find . -type f -printf '%s %f\n' | sort -rn | superfluous | xargs -r rm)
    rm -r "$kept"
    mv "$smallest" "$kept"
    chmod 755 "$kept"
  fi
done
