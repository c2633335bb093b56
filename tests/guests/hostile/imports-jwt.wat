;; refused: imports bellpull:provider/jwt@0.1.0, which must be granted: start with --grant imports-jwt=jwt
(import "bellpull:provider/jwt@0.1.0" "verify"
  (func $verify (param i32 i32 i32 i32 i32)))
