;; refused: imports bellpull:provider/crypto@0.1.0, which this Bellpull does not offer yet
(import "bellpull:provider/crypto@0.1.0" "verify-signature"
  (func $verify (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))
