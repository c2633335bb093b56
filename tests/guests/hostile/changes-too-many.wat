;; bad_contract
;; One change more than an event may tell, all of them the same zeros.
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (drop (memory.grow (i32.const 2)))
  (i32.store (i32.const 4372) (i32.const 262144))
  (i32.store (i32.const 4376) (i32.const 513))
  (i32.const 4096))
