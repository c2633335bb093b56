;; bad_contract
;; An acceptance without an event.
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (i32.store (i32.const 4108) (i32.const 0))
  (i32.const 4096))
