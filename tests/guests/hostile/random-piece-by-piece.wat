;; budget
(import "wasi:random/random@0.2.0" "get-random-bytes" (func $random (param i64 i32)))
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (loop $again
    (call $random (i64.const 4096) (i32.const 8192))
    (br $again))
  (unreachable))
