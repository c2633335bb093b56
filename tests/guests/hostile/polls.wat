;; bad_contract
;; One call that looks at the same thing four thousand times: each time is a handle.
(import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration"
  (func $alarm (param i64) (result i32)))
(import "wasi:io/poll@0.2.0" "poll" (func $poll (param i32 i32 i32)))
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (local $alarm i32) (local $at i32)
  (local.set $alarm (call $alarm (i64.const 0)))
  (loop $again
    (i32.store offset=65536 (local.get $at) (local.get $alarm))
    (local.set $at (i32.add (local.get $at) (i32.const 4)))
    (br_if $again (i32.lt_u (local.get $at) (i32.const 16384))))
  (call $poll (i32.const 65536) (i32.const 4096) (i32.const 8192))
  (i32.const 4096))
