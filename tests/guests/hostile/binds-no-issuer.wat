;; not ready: bad_contract
;; Authentication by a token, and nobody whose tokens are taken.
(func $configure (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (i32.store (i32.const 2052) (i32.const 52))
  (i32.store (i32.const 2056) (i32.const 5))
  (i32.const 2048))
