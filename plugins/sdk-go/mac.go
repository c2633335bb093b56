package bellpull

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// A Digest is a hash function of an HMAC (RFC 2104), by its name in the contract. Senders write the same
// name before an equals sign.
type Digest string

const (
	// SHA1 is for senders that have nothing stronger.
	SHA1   Digest = "sha1"
	SHA256 Digest = "sha256"
	SHA384 Digest = "sha384"
	SHA512 Digest = "sha512"
)

// Size is the length of a digest in bytes. It is zero for any other digest.
func (d Digest) Size() int {
	switch d {
	case SHA1:
		return 20
	case SHA256:
		return 32
	case SHA384:
		return 48
	case SHA512:
		return 64
	}
	return 0
}

// A MAC is what a delivery presents: decoded and as long as its digest, but not yet checked.
type MAC struct {
	digest Digest
	bytes  []byte
}

// HexMAC reads a MAC in hexadecimal, after the prefix, from the one value of the header. The prefix compares
// exactly, the digits without case.
//
// The delivery is unauthenticated if the header is missing, empty or repeated, does not begin with the
// prefix, or does not hold the digits of exactly one digest after it.
func HexMAC(header, prefix string, digest Digest, values [][]byte) (MAC, error) {
	encoded, err := afterPrefix(header, prefix, values)
	if err != nil {
		return MAC{}, err
	}
	return decodedMAC(header, digest, encoded, decodeHex)
}

// Base64MAC is as [HexMAC], in standard padded base64 (RFC 4648, section 4).
func Base64MAC(header, prefix string, digest Digest, values [][]byte) (MAC, error) {
	encoded, err := afterPrefix(header, prefix, values)
	if err != nil {
		return MAC{}, err
	}
	return decodedMAC(header, digest, encoded, decodeBase64)
}

// NamedHexMAC is as [HexMAC], after the name of one of the digests and an equals sign, as in sha256=0f… The
// delivery is unauthenticated as well for the name of any other digest.
func NamedHexMAC(header string, digests []Digest, values [][]byte) (MAC, error) {
	value, err := onlyValue(header, values)
	if err != nil {
		return MAC{}, err
	}
	for _, digest := range digests {
		if encoded, found := strings.CutPrefix(value, string(digest)+"="); found {
			return decodedMAC(header, digest, encoded, decodeHex)
		}
	}
	return MAC{}, flaw(header, "names no algorithm that is accepted")
}

// Digest is the hash function of the MAC.
func (m MAC) Digest() Digest { return m.digest }

// Matches says whether this is the MAC of the message under any active value of the key. It asks the host.
func (m MAC) Matches(key string, message ...Part) bool {
	return hostVerifyHMAC(key, m.digest, message, m.bytes)
}

// Check checks that the MAC matches, as [MAC.Matches]. The delivery is unauthenticated if it does not.
func (m MAC) Check(key string, message ...Part) error {
	if m.Matches(key, message...) {
		return nil
	}
	return Unauthenticated("the signature does not match under '" + key + "'")
}

// PresentsSecret says whether the delivery presents the value of this key, at one of the places that the
// binding gives for it, once. It asks the host.
func PresentsSecret(key string) bool { return hostMatches(key) }

// CheckSecret checks what [PresentsSecret] says. The delivery is unauthenticated if it does not.
func CheckSecret(key string) error {
	if PresentsSecret(key) {
		return nil
	}
	return Unauthenticated("the delivery does not present the value of '" + key + "'")
}

func onlyValue(header string, values [][]byte) (string, error) {
	switch {
	case len(values) == 0:
		return "", flaw(header, "is missing")
	case len(values) > 1:
		return "", flaw(header, "is repeated")
	case len(values[0]) == 0:
		return "", flaw(header, "is empty")
	}
	return string(values[0]), nil
}

func afterPrefix(header, prefix string, values [][]byte) (string, error) {
	value, err := onlyValue(header, values)
	if err != nil {
		return "", err
	}
	encoded, found := strings.CutPrefix(value, prefix)
	if !found {
		return "", flaw(header, "does not begin with its prefix")
	}
	return encoded, nil
}

func decodedMAC(header string, digest Digest, encoded string, decode func(string) ([]byte, bool)) (MAC, error) {
	bytes, decoded := decode(encoded)
	if !decoded {
		return MAC{}, flaw(header, "cannot be decoded")
	}
	if len(bytes) != digest.Size() {
		return MAC{}, flaw(header, "is not as long as its digest")
	}
	return MAC{digest, bytes}, nil
}

// The package encoding/hex would bring all of fmt into the component: 0.7 MB.
func decodeHex(text string) ([]byte, bool) {
	if len(text)%2 != 0 {
		return nil, false
	}
	bytes := make([]byte, len(text)/2)
	for at := range bytes {
		value, err := strconv.ParseUint(text[2*at:2*at+2], 16, 8)
		if err != nil {
			return nil, false
		}
		bytes[at] = byte(value)
	}
	return bytes, true
}

func decodeBase64(text string) ([]byte, bool) {
	// The decoder passes over line ends, which no MAC has.
	if strings.ContainsAny(text, "\r\n") {
		return nil, false
	}
	bytes, err := base64.StdEncoding.Strict().DecodeString(text)
	return bytes, err == nil
}

func flaw(header, flaw string) error {
	return Unauthenticated("signature header " + header + " " + flaw)
}
