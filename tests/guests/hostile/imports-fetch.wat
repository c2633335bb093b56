;; refused: imports bellpull:provider/fetch@0.1.0, which must be granted: start with --grant imports-fetch=fetch:HOST
(import "bellpull:provider/fetch@0.1.0" "get" (func $get (param i32 i32 i32)))
