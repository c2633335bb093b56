;; bad_contract
;; A million changes, all of them the same zeros.
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (drop (memory.grow (i32.const 200)))
  (i32.store (i32.const 4372) (i32.const 262144))
  (i32.store (i32.const 4376) (i32.const 100000))
  (i32.const 4096))
