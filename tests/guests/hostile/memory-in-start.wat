;; refused: failed in describe (memory)
(func $grow (drop (memory.grow (i32.const 60000))))
(start $grow)
