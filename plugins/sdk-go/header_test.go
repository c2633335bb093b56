package bellpull

import "testing"

func TestTakesOneValueAndNoSecond(t *testing.T) {
	for want, values := range map[string][]string{"": nil, "x": {"x"}} {
		if text, err := SingleHeader("a", sent(values...)); err != nil || text != want {
			t.Errorf("%v: got %q, %v, want %q", values, text, err, want)
		}
	}
	_, err := SingleHeader("a", sent("x", "x"))
	refuses(t, err, ClassMalformed, "header a is repeated")
	_, err = SingleHeader("a", sent("\xff"))
	refuses(t, err, ClassMalformed, "header a is not UTF-8")
}
