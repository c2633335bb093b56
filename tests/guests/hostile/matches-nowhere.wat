;; bad_contract
;; A key that is bound without a place, under the path alone.
(import "bellpull:provider/credentials@0.1.0" "matches"
  (func $matches (param i32 i32) (result i32)))
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (drop (call $matches (i32.const 52) (i32.const 5)))
  (i32.const 4096))
