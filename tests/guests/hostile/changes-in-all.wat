;; bad_contract
;; Five events of as many changes as one may tell: more than a delivery may tell in all.
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (local $event i32)
  (drop (memory.grow (i32.const 3)))
  (i32.store (i32.const 4104) (i32.const 16384))
  (i32.store (i32.const 4108) (i32.const 5))
  (local.set $event (i32.const 16384))
  (loop $each
    (i32.store offset=20 (local.get $event) (i32.const 262144))
    (i32.store offset=24 (local.get $event) (i32.const 512))
    (local.set $event (i32.add (local.get $event) (i32.const 48)))
    (br_if $each (i32.lt_u (local.get $event) (i32.const 16624))))
  (i32.const 4096))
