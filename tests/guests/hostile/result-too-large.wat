;; bad_contract
;; The kind of the event is the whole memory.
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (drop (memory.grow (i32.const 100)))
  (i32.store (i32.const 4352) (i32.const 262144))
  (i32.store (i32.const 4356) (i32.const 6000000))
  (i32.const 4096))
