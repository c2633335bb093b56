;; bad_contract
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (i32.store8 (i32.const 48) (i32.const 255))
  (i32.const 4096))
