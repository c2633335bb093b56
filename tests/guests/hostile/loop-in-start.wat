;; refused: failed in describe (deadline)
(func $spin (loop $again (br $again)))
(start $spin)
