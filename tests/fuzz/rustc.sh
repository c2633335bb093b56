#!/bin/sh
# rustc for `make fuzz`: counts the branches of what runs in the fuzzer. What only builds it, and the
# compiler of WebAssembly, which is fuzzed elsewhere and would cost most of the time, is left alone.
rustc=$1
shift
crate= target= previous=
for argument; do
  case $previous in
  --crate-name) crate=$argument ;;
  --target) target=$argument ;;
  esac
  previous=$argument
done
case $target:$crate in
x86_64-*:wasmtime* | x86_64-*:cranelift* | x86_64-*:regalloc2 | x86_64-*:k8s_openapi | x86_64-*:kube*) ;;
x86_64-*:* | aarch64-*:*)
  set -- "$@" -C passes=sancov-module \
    -C llvm-args=-sanitizer-coverage-level=4 \
    -C llvm-args=-sanitizer-coverage-inline-8bit-counters \
    -C llvm-args=-sanitizer-coverage-pc-table \
    -C llvm-args=-sanitizer-coverage-trace-compares
  ;;
esac
exec "$rustc" "$@"
