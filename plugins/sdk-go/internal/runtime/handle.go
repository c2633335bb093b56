//go:build wasip1

package runtime

// A Handle is the host's number for a resource that this component owns. Zero is none.
type Handle struct {
	value int32
}

// MakeHandle is a handle of a resource.
func MakeHandle(value int32) *Handle { return &Handle{value} }

// Use is the number. It panics once the resource is given away.
func (h *Handle) Use() int32 {
	if h.value == 0 {
		panic("a resource was used after it was given away")
	}
	return h.value
}

// Set makes this the handle of another resource.
func (h *Handle) Set(value int32) { h.value = value }

// Take gives the resource away. It panics if that was done before.
func (h *Handle) Take() int32 {
	value := h.Use()
	h.value = 0
	return value
}

// TakeOrNil gives the resource away. It is zero if that was done before.
func (h *Handle) TakeOrNil() int32 {
	value := h.value
	h.value = 0
	return value
}
