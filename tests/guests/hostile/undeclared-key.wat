;; bad_contract
(import "bellpull:provider/credentials@0.1.0" "verify-hmac"
  (func $hmac (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (drop (call $hmac (i32.const 58) (i32.const 6) (i32.const 58) (i32.const 6)
    (i32.const 12288) (i32.const 1) (i32.const 0) (i32.const 32)))
  (i32.const 4096))
