;; refused: imports wasi:http/types@0.2.0
(import "wasi:http/types@0.2.0" "http-error" (func $error))
