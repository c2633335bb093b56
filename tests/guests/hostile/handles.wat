;; memory
(import "bellpull:provider/document@0.1.0" "from-config" (func $config (result i32)))
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (loop $again
    (drop (call $config))
    (br $again))
  (unreachable))
