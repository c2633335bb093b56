;; deadline
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (drop (memory.grow (i32.const 200)))
  (loop $again
    (memory.fill (i32.const 262144) (i32.const 1) (i32.const 13107200))
    (br $again))
  (unreachable))
