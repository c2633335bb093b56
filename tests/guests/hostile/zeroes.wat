;; bad_contract
;; A tebibyte of zeroes to print.
(import "wasi:cli/stdout@0.2.0" "get-stdout" (func $stdout (result i32)))
(import "wasi:io/streams@0.2.0" "[method]output-stream.write-zeroes"
  (func $zeroes (param i32 i64 i32)))
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (call $zeroes (call $stdout) (i64.const 1099511627776) (i32.const 8192))
  (i32.const 4096))
