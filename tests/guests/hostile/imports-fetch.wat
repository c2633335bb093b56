;; refused: imports bellpull:provider/fetch@0.1.0, which this Bellpull does not offer yet
(import "bellpull:provider/fetch@0.1.0" "get" (func $get (param i32 i32 i32)))
