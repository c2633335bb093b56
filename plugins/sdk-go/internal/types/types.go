// Package types has the generic types of the contract that Go has no words for. The generated packages
// use it.
package types

// The tags of an Option and of a Result, as the canonical ABI numbers them.
const (
	OptionNone uint8 = 0
	OptionSome uint8 = 1
	ResultOk   uint8 = 0
	ResultErr  uint8 = 1
)

// An Option is a value that may be absent.
type Option[T any] struct {
	present bool
	value   T
}

// Some is a value that is there.
func Some[T any](value T) Option[T] { return Option[T]{present: true, value: value} }

// None is no value.
func None[T any]() Option[T] { return Option[T]{} }

// Tag tells the cases apart.
func (o Option[T]) Tag() uint8 {
	if o.present {
		return OptionSome
	}
	return OptionNone
}

// Some is the value. It panics if there is none.
func (o Option[T]) Some() T {
	if !o.present {
		panic("an option without a value was asked for it")
	}
	return o.value
}

// A Result is a value, or what is said in its place.
type Result[T, E any] struct {
	failed bool
	value  T
	err    E
}

// Ok is a result with a value.
func Ok[T, E any](value T) Result[T, E] { return Result[T, E]{value: value} }

// Err is a result without a value.
func Err[T, E any](err E) Result[T, E] { return Result[T, E]{failed: true, err: err} }

// Tag tells the cases apart.
func (r Result[T, E]) Tag() uint8 {
	if r.failed {
		return ResultErr
	}
	return ResultOk
}

// Ok is the value. It panics if there is none.
func (r Result[T, E]) Ok() T {
	if r.failed {
		panic("a failed result was asked for its value")
	}
	return r.value
}

// Err is what is said in place of a value. It panics if there is a value.
func (r Result[T, E]) Err() E {
	if !r.failed {
		panic("a result with a value was asked for its error")
	}
	return r.err
}

// Tuple2 is a pair.
type Tuple2[T0, T1 any] struct {
	F0 T0
	F1 T1
}
