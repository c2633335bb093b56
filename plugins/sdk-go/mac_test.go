package bellpull

import (
	"errors"
	"strings"
	"testing"
)

const hexDigest = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"

func hexOf(values ...string) (MAC, error) {
	return HexMAC("x-sig", "sha256=", SHA256, sent(values...))
}

func sent(values ...string) [][]byte {
	var list [][]byte
	for _, value := range values {
		list = append(list, []byte(value))
	}
	return list
}

func refuses(t *testing.T, err error, class RefusalClass, reason string) {
	t.Helper()
	refusal, told := errors.AsType[Refusal](err)
	if want := (Refusal{class, reason}); !told || refusal != want {
		t.Errorf("got %v (%T), want %v", err, err, want)
	}
}

func TestDecodesEitherCaseOfHex(t *testing.T) {
	lower, err := hexOf("sha256=" + hexDigest)
	if err != nil {
		t.Fatal(err)
	}
	upper, err := hexOf("sha256=" + strings.ToUpper(hexDigest))
	if err != nil {
		t.Fatal(err)
	}
	if string(lower.bytes) != string(upper.bytes) || lower.bytes[0] != 0x75 || lower.Digest() != SHA256 {
		t.Errorf("got %v and %v", lower, upper)
	}
}

func TestRefusesWhatIsNotExactlyOneDigest(t *testing.T) {
	good := "sha256=" + hexDigest
	for reason, wrong := range map[string][][]string{
		"is missing":  {nil},
		"is empty":    {{""}},
		"is repeated": {{good, good}},
		"does not begin with its prefix": {
			{hexDigest}, {"SHA256=" + hexDigest}, {"sha1=" + hexDigest},
		},
		"is not as long as its digest": {{"sha256="}, {good[:len(good)-2]}, {good + "00"}},
		"cannot be decoded": {
			{good[:len(good)-1]}, {good + "0"}, {"sha256= " + hexDigest}, {good + " "},
			{strings.ReplaceAll(good, "7", "g")}, {strings.ReplaceAll(good, "75", "+5")},
			{strings.ReplaceAll(good, "75", "_5")},
		},
	} {
		for _, values := range wrong {
			_, err := hexOf(values...)
			refuses(t, err, ClassUnauthenticated, "signature header x-sig "+reason)
		}
	}
}

func TestDecodesStrictBase64(t *testing.T) {
	of := func(value string) error {
		_, err := Base64MAC("x-sig", "v1,", SHA256, sent(value))
		return err
	}
	if err := of("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="); err != nil {
		t.Error(err)
	}
	for _, wrong := range []string{
		"v1,",
		"v1,====",
		"v1,AAAA",
		"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE",
		"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=",
		"v1,g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE=",
		"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\n",
		"V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
	} {
		if of(wrong) == nil {
			t.Errorf("%q is taken for a MAC", wrong)
		}
	}
}

func TestPicksTheNamedDigestAmongThoseAccepted(t *testing.T) {
	accepted := []Digest{SHA1, SHA256, SHA512}
	of := func(value string) (MAC, error) { return NamedHexMAC("x-sig", accepted, sent(value)) }
	for _, digest := range accepted {
		mac, err := of(string(digest) + "=" + strings.Repeat("ab", digest.Size()))
		if err != nil || mac.Digest() != digest {
			t.Errorf("%s: got %v, %v", digest, mac, err)
		}
	}
	for _, wrong := range []string{"sha384=" + strings.Repeat("ab", SHA384.Size()), "sha1", "="} {
		_, err := of(wrong)
		refuses(t, err, ClassUnauthenticated, "signature header x-sig names no algorithm that is accepted")
	}
	_, err := of("sha1=" + hexDigest)
	refuses(t, err, ClassUnauthenticated, "signature header x-sig is not as long as its digest")
}
