;; deadline
;; The host calls it to hand over the answer of an import, once the delivery is in hand.
(import "bellpull:provider/delivery@0.1.0" "method" (func $method (param i32)))
(global $spins (mut i32) (i32.const 0))
(func $realloc (param i32 i32 i32 i32) (result i32)
  (if (global.get $spins) (then (loop $again (br $again))))
  (call $bump (local.get 3)))
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (global.set $spins (i32.const 1))
  (call $method (i32.const 512))
  (i32.const 4096))
