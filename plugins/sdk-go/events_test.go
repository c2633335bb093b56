package bellpull

import (
	"slices"
	"testing"
)

func TestAnEmptyListWantsEveryEvent(t *testing.T) {
	for _, test := range []struct {
		listed []string
		event  string
		wanted bool
	}{
		{nil, "push", true},
		{[]string{"push"}, "push", true},
		{[]string{"tag", "Push"}, "pUSH", true},
		{[]string{"push"}, "pushed", false},
		{[]string{"push"}, "", false},
		// The Kelvin sign, which is a k without case beyond ASCII.
		{[]string{"ok"}, "o\u212a", false},
	} {
		if wanted := (Receiver{Events: test.listed}).Wants(test.event); wanted != test.wanted {
			t.Errorf("%v: got %v for %q, want %v", test.listed, wanted, test.event, test.wanted)
		}
	}
}

func TestWarnsOfNamesThatNobodySends(t *testing.T) {
	receiver := Receiver{Events: []string{"PUSH", "pish"}}
	got := receiver.UnknownEventWarnings([]string{"push", "tag"})
	if want := []string{"spec.events: this provider knows no event 'pish'"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
