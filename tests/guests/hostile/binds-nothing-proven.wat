;; not ready: bad_contract
;; Authentication by signature, and no key that proves it.
(func $configure (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (i32.store8 (i32.const 2052) (i32.const 0))
  (i32.const 2048))
