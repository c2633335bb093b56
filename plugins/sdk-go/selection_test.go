package bellpull

import (
	"slices"
	"testing"
)

var answers = Selection{
	"/text":    {{KindText, "a"}},
	"/empty":   {{KindText, ""}},
	"/true":    {{KindBoolean, "true"}},
	"/false":   {{KindBoolean, "false"}},
	"/number":  {{KindNumber, "17"}},
	"/below":   {{KindNumber, "-1"}},
	"/list":    {{KindJSON, "[]"}},
	"/null":    {{Kind: KindNull}},
	"/missing": {{Kind: KindMissing}},
	"/*/none":  {},
}

func TestOnlyATextIsAText(t *testing.T) {
	for pointer := range answers {
		want := ""
		if pointer == "/text" {
			want = "a"
		}
		if got := answers.Text(pointer); got != want {
			t.Errorf("%s: got %q, want %q", pointer, got, want)
		}
	}
}

func TestOnlyABooleanIsABoolean(t *testing.T) {
	for pointer, want := range map[string]bool{"/true": true, "/false": false} {
		if got := answers.Boolean(pointer); got == nil || *got != want {
			t.Errorf("%s: got %v, want %v", pointer, got, want)
		}
	}
	for _, pointer := range []string{"/text", "/number", "/null", "/missing", "/*/none", "/unasked"} {
		if got := answers.Boolean(pointer); got != nil {
			t.Errorf("%s: got %v", pointer, *got)
		}
	}
}

func TestOnlyAWholeNumberIsANumber(t *testing.T) {
	if got, found := answers.Number("/number"); !found || got != 17 {
		t.Errorf("got %d, %v", got, found)
	}
	for _, pointer := range []string{"/below", "/text", "/null", "/missing", "/*/none", "/unasked"} {
		if got, found := answers.Number(pointer); found {
			t.Errorf("%s: got %d", pointer, got)
		}
	}
}

func TestNullIsNotSet(t *testing.T) {
	for pointer := range answers {
		want := !slices.Contains([]string{"/null", "/missing", "/*/none"}, pointer)
		if got := answers.IsSet(pointer); got != want {
			t.Errorf("%s: got %v, want %v", pointer, got, want)
		}
		if !answers.Has(pointer) {
			t.Errorf("%s was not asked", pointer)
		}
	}
	if answers.Has("/unasked") || answers.IsSet("/unasked") {
		t.Error("/unasked was asked")
	}
}

func TestTheTextsOfAListLineUp(t *testing.T) {
	selection := Selection{"/*/name": {{KindText, "a"}, {Kind: KindMissing}, {KindText, "c"}}}
	if got, want := selection.Texts("/*/name"), []string{"a", "", "c"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
