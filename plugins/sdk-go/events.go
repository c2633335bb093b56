package bellpull

// Wants says whether spec.events wants this event. An empty list wants every event. Names compare without
// case, as in Flux.
func (r Receiver) Wants(event string) bool {
	return len(r.Events) == 0 || isNamed(r.Events, event)
}

// UnknownEventWarnings warn of every name in spec.events that is not among the known ones. The list still
// filters: such a name matches nothing now, but does if the sender adds that event.
func (r Receiver) UnknownEventWarnings(known []string) []string {
	var warnings []string
	for _, name := range r.Events {
		if !isNamed(known, name) {
			warnings = append(warnings, "spec.events: this provider knows no event '"+name+"'")
		}
	}
	return warnings
}

func isNamed(names []string, event string) bool {
	for _, name := range names {
		if equalASCII(name, event) {
			return true
		}
	}
	return false
}

// Both in ASCII letters without case. strings.EqualFold would also fold letters beyond ASCII, which Flux
// tells apart.
func equalASCII(left, right string) bool {
	if len(left) != len(right) {
		return false
	}
	for at := range len(left) {
		if lower(left[at]) != lower(right[at]) {
			return false
		}
	}
	return true
}

func lower(letter byte) byte {
	if 'A' <= letter && letter <= 'Z' {
		return letter + ('a' - 'A')
	}
	return letter
}
