;; malformed
;; A refusal whose reason is 128 KiB: it is cut, not a fault.
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (memory.fill (i32.const 65536) (i32.const 97) (i32.const 131072))
  (i32.store8 (i32.const 4096) (i32.const 1))
  (i32.store8 (i32.const 4100) (i32.const 1))
  (i32.store (i32.const 4104) (i32.const 65536))
  (i32.store (i32.const 4108) (i32.const 131072))
  (i32.const 4096))
