package bellpull

import "slices"

// The bounds of the contract: to tell more is a fault.
const (
	mostEvents       = 256
	mostChanges      = 2048
	mostChangesOfOne = 512
	longestTexts     = 128 << 10
)

// The acceptance within the bounds. Of too many events the first are kept, and the list is marked as
// incomplete. An id or time that takes more than half of the texts is left out. If the rest is too long, or
// has too many changes, each event is shortened to its share.
func (a Acceptance) bounded() Acceptance {
	if len(a.Events) > mostEvents {
		a.Events, a.Incomplete = a.Events[:mostEvents], true
	}
	if lengthOf(a.DeliveryID, a.SignedAt) > longestTexts/2 {
		a.DeliveryID, a.SignedAt = "", ""
	}
	left := longestTexts - lengthOf(a.DeliveryID, a.SignedAt)
	told, changes, count := 0, 0, max(len(a.Events), 1)
	for _, event := range a.Events {
		told += event.length()
		changes += len(event.Changes)
	}
	share, most := left, mostChangesOfOne
	if told > left {
		share = left / count
	}
	if changes > mostChanges {
		most = min(most, mostChanges/count)
	}
	a.Events = listOf(a.Events, func(event Event) Event { return event.bounded(share, most) })
	return a
}

// The event within these bounds. If it passes them, only the places of its changes are kept; if these are too
// many or too long, no changes; and if that is too long, only the kind.
func (e Event) bounded(limit, most int) Event {
	if len(e.Changes) <= most && e.length() <= limit {
		return e
	}
	var places []Change
	for _, change := range e.Changes {
		place := change.somewhere()
		if !slices.ContainsFunc(places, place.isAt) {
			places = append(places, place)
		}
		if len(places) > most {
			break
		}
	}
	e.Changes = places
	if len(places) > most || e.length() > limit {
		e.Changes = nil
	}
	if e.length() > limit {
		return Event{Kind: e.Kind}
	}
	return e
}

func (e Event) length() int {
	length := lengthOf(e.Kind, e.Action, e.Payload)
	for _, change := range e.Changes {
		length += change.length()
	}
	return length
}

func (c GitChange) length() int {
	return lengthOf(c.Repositories...) + lengthOf(c.Ref, c.Before, c.After) + lengthOf(c.Paths.List...)
}

func (c ArtifactChange) length() int {
	return lengthOf(c.Repositories...) + lengthOf(c.Tag, c.Digest)
}

func (c RequestChange) length() int {
	texts := lengthOf(c.Number, c.Source, c.Target, c.Head, c.Action)
	return lengthOf(c.Repositories...) + texts + lengthOf(c.Labels...)
}

func (c OtherChange) length() int {
	length := lengthOf(c.Locations...) + lengthOf(c.Kind, c.Name, c.Revision)
	for _, attribute := range c.Attributes {
		length += lengthOf(attribute.Name, attribute.Text)
	}
	return length
}

func lengthOf(texts ...string) int {
	length := 0
	for _, text := range texts {
		length += len(text)
	}
	return length
}

func (c GitChange) somewhere() Change {
	return GitChange{Repositories: c.Repositories, Deleted: c.Deleted}
}

func (c ArtifactChange) somewhere() Change {
	return ArtifactChange{Repositories: c.Repositories, Deleted: c.Deleted}
}

func (c RequestChange) somewhere() Change { return RequestChange{Repositories: c.Repositories} }

func (c OtherChange) somewhere() Change { return OtherChange{Kind: c.Kind, Locations: c.Locations} }

func (c GitChange) isAt(place Change) bool {
	other, same := place.(GitChange)
	return same && c.Deleted == other.Deleted && slices.Equal(c.Repositories, other.Repositories)
}

func (c ArtifactChange) isAt(place Change) bool {
	other, same := place.(ArtifactChange)
	return same && c.Deleted == other.Deleted && slices.Equal(c.Repositories, other.Repositories)
}

func (c RequestChange) isAt(place Change) bool {
	other, same := place.(RequestChange)
	return same && slices.Equal(c.Repositories, other.Repositories)
}

func (c OtherChange) isAt(place Change) bool {
	other, same := place.(OtherChange)
	return same && c.Kind == other.Kind && slices.Equal(c.Locations, other.Locations)
}

func listOf[T, U any](list []T, convert func(T) U) []U {
	converted := make([]U, len(list))
	for at, element := range list {
		converted[at] = convert(element)
	}
	return converted
}
