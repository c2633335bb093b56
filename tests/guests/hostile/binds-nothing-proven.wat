;; bad_contract
;; Authentication by signature, no key that proves it, and no signature of anybody.
(func $configure (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (i32.store (i32.const 2052) (i32.const 148))
  (i32.const 2048))
