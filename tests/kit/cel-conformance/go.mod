// The cases that every implementation of CEL is held to, as JSON.
module bellpull.dev/tests/cel-conformance

go 1.26.0

require (
	cel.dev/expr v0.25.1
	google.golang.org/protobuf v1.36.11
)
