//go:build !wasip1

package bellpull

type hostJSON struct{}

// What the host would say is unknown here: a test calls a function over plain values instead.
func outside[T any]() T {
	panic("this asks the host, and only a component has one: test a function over plain values")
}

func hostMethod() string                      { return outside[string]() }
func hostQuery(string) []string               { return outside[[]string]() }
func hostHeader(string) [][]byte              { return outside[[][]byte]() }
func hostBodyLength() uint64                  { return outside[uint64]() }
func hostBody(uint64, uint32) ([]byte, error) { return outside[[]byte](), nil }

func hostFromBody() (hostJSON, error)                  { return outside[hostJSON](), nil }
func hostFromForm(string) (hostJSON, error)            { return outside[hostJSON](), nil }
func hostFromBytes([]byte) hostJSON                    { return outside[hostJSON]() }
func hostFromConfig() hostJSON                         { return outside[hostJSON]() }
func hostSelect(hostJSON, []string) ([][]Value, error) { return outside[[][]Value](), nil }

func hostVerifyHMAC(string, Digest, []Part, []byte) bool { return outside[bool]() }
func hostMatches(string) bool                            { return outside[bool]() }

func hostVerifySignature(PublicKey, SignatureAlgorithm, []Part, []byte) (bool, error) {
	return outside[bool](), nil
}

func hostVerifyToken([]string, []string) (hostJSON, error) { return outside[hostJSON](), nil }
func hostFetch(string) ([]byte, error)                     { return outside[[]byte](), nil }
func hostNow() uint64                                      { return outside[uint64]() }
func hostLog(LogLevel, string)                             { outside[struct{}]() }
