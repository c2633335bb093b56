;; deadline
(import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration"
  (func $alarm (param i64) (result i32)))
(import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param i32)))
(import "wasi:io/poll@0.2.0" "[resource-drop]pollable" (func $drop (param i32)))
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (local $nap i32)
  (loop $again
    (local.set $nap (call $alarm (i64.const 10000000)))
    (call $block (local.get $nap))
    (call $drop (local.get $nap))
    (br $again))
  (unreachable))
