;; bad_contract
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (i32.store8 (i32.const 4096) (i32.const 7))
  (i32.const 4096))
