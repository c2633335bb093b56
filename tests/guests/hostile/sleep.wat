;; deadline
;; Ten seconds of holding what others wait for.
(import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration"
  (func $alarm (param i64) (result i32)))
(import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param i32)))
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (call $block (call $alarm (i64.const 10000000000)))
  (i32.const 4096))
