;; budget
;; Sixty-four MiB of random bytes in one call of the host, which nothing interrupts.
(import "wasi:random/random@0.2.0" "get-random-bytes" (func $random (param i64 i32)))
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (call $random (i64.const 67108864) (i32.const 8192))
  (i32.const 4096))
