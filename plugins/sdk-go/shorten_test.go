package bellpull

import (
	"reflect"
	"strings"
	"testing"
)

func pushes(count int, url, ref string) []Change {
	changes := make([]Change, count)
	for at := range changes {
		changes[at] = GitChange{Repositories: []string{url}, Ref: ref}
	}
	return changes
}

func TestWhatIsWithinTheBoundsIsToldAsItIs(t *testing.T) {
	told := Accept(Event{Kind: "push", Changes: pushes(mostChangesOfOne, "u", "refs/heads/main")})
	told.DeliveryID = "1"
	if got := told.bounded(); !reflect.DeepEqual(got, told) {
		t.Errorf("got %v, want %v", got, told)
	}
}

func TestOfTooManyChangesThePlacesAreTold(t *testing.T) {
	changes := pushes(mostChangesOfOne+1, "u", "refs/heads/main")
	got := Accept(Event{Kind: "push", Changes: changes}).bounded().Events[0].Changes
	if want := []Change{GitChange{Repositories: []string{"u"}}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	var several []Change
	for range mostChangesOfOne + 1 {
		several = append(several, OtherChange{Kind: "bucket", Locations: []string{strings.Repeat("u", len(several))}})
	}
	if got := Accept(Event{Kind: "push", Changes: several}).bounded().Events[0].Changes; len(got) != 0 {
		t.Errorf("got %d changes, want none", len(got))
	}
}

func TestManyEventsShareTheBounds(t *testing.T) {
	var events []Event
	for range mostEvents + 1 {
		events = append(events, Event{Kind: "push", Changes: pushes(9, "u", "refs/heads/main")})
	}
	got := Accept(events...).bounded()
	if len(got.Events) != mostEvents || !got.Incomplete {
		t.Errorf("got %d events, incomplete: %v", len(got.Events), got.Incomplete)
	}
	if want := []Change{GitChange{Repositories: []string{"u"}}}; !reflect.DeepEqual(got.Events[0].Changes, want) {
		t.Errorf("got %v, want %v", got.Events[0].Changes, want)
	}
}

func TestTextsThatAreTooLongAreLeftOut(t *testing.T) {
	long := strings.Repeat("a", longestTexts)
	for name, event := range map[string]Event{
		"a ref":      {Kind: "push", Changes: []Change{GitChange{Repositories: []string{"u"}, Ref: long}}},
		"a digest":   {Kind: "push", Changes: []Change{ArtifactChange{Repositories: []string{"u"}, Digest: long}}},
		"labels":     {Kind: "push", Changes: []Change{RequestChange{Repositories: []string{"u"}, Labels: []string{long}}}},
		"attributes": {Kind: "push", Changes: []Change{OtherChange{Locations: []string{"u"}, Attributes: []Pair{{"a", long}}}}},
	} {
		got := Accept(event).bounded().Events[0]
		if want := event.Changes[0].somewhere(); len(got.Changes) != 1 || !want.isAt(got.Changes[0]) {
			t.Errorf("%s: got %d changes", name, len(got.Changes))
		}
		if got.length() > longestTexts {
			t.Errorf("%s: got %d bytes", name, got.length())
		}
	}
	payload := Accept(Event{Kind: "push", Payload: long}).bounded().Events[0]
	if want := (Event{Kind: "push"}); !reflect.DeepEqual(payload, want) {
		t.Errorf("got %d bytes, want only the kind", payload.length())
	}
	id := Acceptance{Events: []Event{{Kind: "push"}}, DeliveryID: long}.bounded()
	if want := Accept(Event{Kind: "push"}); !reflect.DeepEqual(id, want) {
		t.Errorf("got an id of %d bytes, want none", len(id.DeliveryID))
	}
}
