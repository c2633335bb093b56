package bellpull

// An Event is what a delivery tells of one thing. A fact that the sender does not say stays empty: it is
// unknown then, and the unknown notifies. Never guess.
type Event struct {
	// Kind is the sender's own name for it: push, "Push Hook".
	Kind string
	// Action is what happened to the thing: published, opened.
	Action string
	// Changes are at most 512.
	Changes []Change
	// Payload is a JSON object that stands in for the body as req in filters.
	Payload string
}

// A Change is one thing that changed: a [GitChange], [ArtifactChange], [RequestChange] or [OtherChange].
// One whose Repositories or Locations are empty may be anywhere, so it concerns every object.
type Change interface {
	length() int
	// The place of the change, and whether something was deleted there.
	somewhere() Change
	isAt(place Change) bool
}

// A GitChange is a ref that moved.
type GitChange struct {
	// Repositories has every URL that the sender gives for the repository.
	Repositories []string
	// Ref is the full name: refs/heads/... or refs/tags/...
	Ref string
	// Before is the commit before. It is empty when the ref is new.
	Before string
	// After is the commit after. It is empty when the ref is gone.
	After   string
	Deleted bool
	Paths   Paths
}

// Paths are the files that a push touched. The zero value is unknown: filters take it for any.
type Paths struct {
	// Known says that the sender lists files.
	Known bool
	// Truncated says that the list was cut, by the sender or by the component.
	Truncated bool
	List      []string
}

// An ArtifactChange is a tag or digest that a registry gained or lost.
type ArtifactChange struct {
	// Repositories are registry/repository, without a scheme.
	Repositories []string
	Tag          string
	Digest       string
	Deleted      bool
}

// A RequestChange is a pull or merge request.
type RequestChange struct {
	// Repositories has every URL that the sender gives for the repository that it would change.
	Repositories []string
	// Number is what people call it by: 17.
	Number string
	// Source is the full name of the ref that it is of.
	Source string
	// Target is the full name of the ref that it would change.
	Target string
	// Head is the last commit of the source.
	Head string
	// Action is what happened to it, in the sender's own word.
	Action string
	// Merged is nil where the sender does not say.
	Merged *bool
	// Draft is nil where the sender does not say.
	Draft *bool
	// Labels are all of its labels. Nil where the sender does not say; empty where it has none.
	Labels []string
}

// An OtherChange is a change of something else: a bucket, an index of charts, a build, an alert.
type OtherChange struct {
	// Kind is what it is, in a word: bucket, chart-index, build, alert.
	Kind string
	// Locations has every location that the sender gives for it, as an object's spec would name it.
	Locations []string
	Name      string
	Revision  string
	// Attributes are what else filters may want to know.
	Attributes []Pair
}

// A Pair is a name and a text, where order and duplicates matter.
type Pair struct{ Name, Text string }
