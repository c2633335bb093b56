;; bad_contract
;; One event more than a delivery may tell, all of them the same zeros.
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (drop (memory.grow (i32.const 1)))
  (i32.store (i32.const 4104) (i32.const 262144))
  (i32.store (i32.const 4108) (i32.const 257))
  (i32.const 4096))
