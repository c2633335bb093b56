//go:build wasip1

// Package runtime has what every component needs beside its bindings: memory for values that cross the
// boundary, and handles of the host's resources. The generated packages use it.
package runtime

import (
	"runtime"
	"unsafe"
)

// Allocate gives memory that the garbage collector neither moves nor frees while it is pinned.
func Allocate(pinner *runtime.Pinner, size, align uintptr) unsafe.Pointer {
	if size == 0 {
		return nil
	}
	// A word has the largest alignment that the contract's types have.
	words := make([]uint64, (size+7)/8)
	pointer := unsafe.Pointer(unsafe.SliceData(words))
	pinner.Pin(pointer)
	return pointer
}

// received holds what the host wrote.
var received runtime.Pinner

// Unpin lets the garbage collector have what the host wrote. The generated code calls it once Go's own
// pointers hold the values.
func Unpin() { received.Unpin() }

// Memory for the adapter of WASI, which asks for its 128 KiB while Go's runtime does not run yet. In the
// module's file it takes no space.
var early [earlySize]byte

const earlySize = 256 << 10

var (
	earlyUsed uintptr
	running   bool
)

func init() { running = true }

//go:wasmimport wasi_snapshot_preview1 adapter_monotonic_clock_set_paused
func pauseClock(paused bool)

// The host asks for memory here. It may not be called meanwhile, but a garbage collection asks for the
// time: the adapter answers that by itself while its clock is paused.
//
//go:wasmexport cabi_realloc
func allocateForHost(old unsafe.Pointer, oldSize, align, size uintptr) unsafe.Pointer {
	if old != nil || oldSize != 0 {
		panic("the canonical ABI grows only strings of another encoding")
	}
	if running {
		pauseClock(true)
		pointer := Allocate(&received, size, align)
		pauseClock(false)
		return pointer
	}
	start := (earlyUsed + align - 1) &^ (align - 1)
	if start+size > earlySize {
		panic("the adapter asked for more memory than is set aside")
	}
	earlyUsed = start + size
	return unsafe.Pointer(&early[start])
}
