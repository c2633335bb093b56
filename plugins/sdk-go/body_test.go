package bellpull

import "testing"

func TestAnObjectIsToldByItsFirstSign(t *testing.T) {
	for _, text := range []string{"{", " \r\n\t{}", `{"a":1}`} {
		if !beginsObject([]byte(text)) {
			t.Errorf("%q is not taken for an object", text)
		}
	}
	for _, text := range []string{"", "  ", "[]", `"{"`, "null", "payload={}", "\ufeff{}", "\v{}"} {
		if beginsObject([]byte(text)) {
			t.Errorf("%q is taken for an object", text)
		}
	}
}

func TestAMediaTypeHasNoParameters(t *testing.T) {
	for contentType, want := range map[string]string{
		"application/json":                      "application/json",
		"Application/JSON ; charset=utf-8":      "application/json",
		"application/x-www-form-urlencoded;a=b": "application/x-www-form-urlencoded",
		"text/plain; application/json":          "text/plain",
		"application/vnd.api+json":              "application/vnd.api+json",
		"":                                      "",
	} {
		if got := mediaType(contentType); got != want {
			t.Errorf("%q: got %q, want %q", contentType, got, want)
		}
	}
}

func TestOutsideAComponentTheHostIsMissed(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a header was had from nobody")
		}
	}()
	HeaderValues("a")
}
