;; not ready: bad_contract
(func $configure (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (local $at i32)
  ;; 65 times the method "x", one more than is taken.
  (loop $again
    (i32.store offset=16384 (local.get $at) (i32.const 48))
    (i32.store offset=16388 (local.get $at) (i32.const 1))
    (local.set $at (i32.add (local.get $at) (i32.const 8)))
    (br_if $again (i32.lt_u (local.get $at) (i32.const 520))))
  (i32.store (i32.const 2068) (i32.const 16384))
  (i32.store (i32.const 2072) (i32.const 65))
  (i32.const 2048))
