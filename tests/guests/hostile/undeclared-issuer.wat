;; bad_contract
(import "bellpull:provider/jwt@0.1.0" "verify"
  (func $verify (param i32 i32 i32 i32 i32)))
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (call $verify (i32.const 64) (i32.const 1) (i32.const 64) (i32.const 1) (i32.const 12288))
  (i32.const 4096))
