;; not ready: trap
(func $configure (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (unreachable))
