;; budget
;; A MAC over the body four hundred times in one message: 16 checks would be few.
(import "bellpull:provider/credentials@0.1.0" "verify-hmac"
  (func $hmac (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (local $at i32)
  (loop $again
    (i32.store offset=12292 (local.get $at) (i32.const 160))
    (i32.store offset=12296 (local.get $at) (i32.const 4))
    (local.set $at (i32.add (local.get $at) (i32.const 20)))
    (br_if $again (i32.lt_u (local.get $at) (i32.const 8000))))
  (drop (call $hmac (i32.const 52) (i32.const 5) (i32.const 58) (i32.const 6)
    (i32.const 12288) (i32.const 400) (i32.const 0) (i32.const 32)))
  (i32.const 4096))
