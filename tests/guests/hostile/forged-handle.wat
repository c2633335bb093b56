;; bad_contract
(import "bellpull:provider/document@0.1.0" "[method]json.select" (func $select (param i32 i32 i32 i32)))
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (call $select (i32.const 77) (i32.const 0) (i32.const 0) (i32.const 512))
  (i32.const 4096))
