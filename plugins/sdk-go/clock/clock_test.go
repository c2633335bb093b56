package clock

import (
	"errors"
	"testing"
	"time"

	bellpull "github.com/bellpull/bellpull/plugins/sdk-go"
)

func TestSecondsAreDigitsAndNothingElse(t *testing.T) {
	at, err := UnixSeconds("1767323045")
	if want := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC); err != nil || !at.Equal(want) {
		t.Errorf("got %v, %v, want %v", at, err, want)
	}
	for _, wrong := range []string{"", "-1", "+1", " 1", "1.5", "1e9", "1_000", "0x10", "99999999999999999999"} {
		if at, err := UnixSeconds(wrong); err == nil {
			t.Errorf("%q is taken for %v", wrong, at)
		}
	}
}

func TestATimeIsAsRFC3339HasIt(t *testing.T) {
	at, err := RFC3339("2026-01-02T04:04:05.5+01:00")
	if want := time.Date(2026, 1, 2, 3, 4, 5, 500_000_000, time.UTC); err != nil || !at.Equal(want) {
		t.Errorf("got %v, %v, want %v", at, err, want)
	}
	for _, wrong := range []string{"", "2026-01-02", "2026-01-02 03:04:05Z", "2026-02-30T00:00:00Z", "1767323045"} {
		if at, err := RFC3339(wrong); err == nil {
			t.Errorf("%q is taken for %v", wrong, at)
		}
	}
}

func TestWhatLiesTooFarOffIsStale(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, fresh := range []time.Duration{0, -5 * time.Minute, 5 * time.Minute} {
		if err := CheckAge(now, now.Add(fresh), 5*time.Minute); err != nil {
			t.Errorf("%v: %v", fresh, err)
		}
	}
	latest, err := UnixSeconds("9223372036854775807")
	if err != nil {
		t.Fatal(err)
	}
	for _, signed := range []time.Time{
		now.Add(-5*time.Minute - time.Second), now.Add(5*time.Minute + time.Second), time.Unix(0, 0), latest,
	} {
		refusal, told := errors.AsType[bellpull.Refusal](CheckAge(now, signed, 5*time.Minute))
		if !told || refusal.Class != bellpull.ClassStale {
			t.Errorf("%v: got %v, want a refusal as stale", signed, refusal)
		}
	}
}
