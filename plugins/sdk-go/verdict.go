package bellpull

// A Verdict is what a component says of a delivery that it could judge: an [Acceptance], a [Disinterest] or
// a [Response].
type Verdict interface{ isVerdict() }

// An Acceptance says that a delivery is authentic and wanted. What passes the bounds of the contract is
// shortened: its texts are 128 KiB together.
type Acceptance struct {
	// Events are 1 to 256, with at most 2 048 changes in all.
	Events []Event
	// Incomplete says that the delivery tells more events than these: every target is notified then that
	// no filter excludes.
	Incomplete bool
	// DeliveryID is the sender's id of the delivery. It is reported, never decided on.
	DeliveryID string
	// SignedAt is the time of the signature in RFC 3339, only if the proof covers it.
	SignedAt string
}

// Accept accepts a delivery that tells these events, and no others.
func Accept(events ...Event) Acceptance { return Acceptance{Events: events} }

// A Disinterest says why an authentic delivery is of no interest.
type Disinterest struct {
	// Class is a word of the contract: ping, not-listed, no-change or other.
	Class string
	// Reason is a sentence.
	Reason string
	// Event is what it is, or nil.
	Event *Event
}

// Ping is authentic, and only a test of the connection. The kind is the sender's name for it.
func Ping(kind, reason string) Disinterest {
	return Disinterest{Class: "ping", Reason: reason, Event: &Event{Kind: kind}}
}

// NotListed is authentic, and spec.events does not list its event.
func NotListed(kind string) Disinterest {
	reason := "event " + kind + " is not listed"
	return Disinterest{Class: "not-listed", Reason: reason, Event: &Event{Kind: kind}}
}

// NoChange is authentic, and nothing has changed.
func NoChange(reason string) Disinterest { return Disinterest{Class: "no-change", Reason: reason} }

// Ignore is authentic, and of no interest for another reason.
func Ignore(reason string) Disinterest { return Disinterest{Class: "other", Reason: reason} }

// A Response is an answer in the component's words, for handshakes. It notifies nobody.
type Response struct {
	// Status is 200 to 299. Zero is 200.
	Status uint16
	// Headers are at most 8: content-type, allow, and names that begin with x-; the contract has the list.
	Headers []Pair
	// Body is at most 4 KiB: the concatenation of its parts.
	Body []ReplyPart
}

// A ReplyPart is a part of a response's body.
type ReplyPart struct {
	bytes    []byte
	key      string
	digest   Digest
	encoding string
	message  []Part
}

// TextReply is a text of the component's own.
func TextReply(text string) ReplyPart { return ReplyPart{bytes: []byte(text)} }

// HexMACReply is the HMAC of a message under the current value of the key, in hexadecimal. The host
// computes it. Before the bound checks have succeeded the message must be one piece of the delivery.
func HexMACReply(key string, digest Digest, message ...Part) ReplyPart {
	return ReplyPart{key: key, digest: digest, encoding: "hex", message: message}
}

// Base64MACReply is as [HexMACReply], in base64.
func Base64MACReply(key string, digest Digest, message ...Part) ReplyPart {
	return ReplyPart{key: key, digest: digest, encoding: "base64", message: message}
}

func (Acceptance) isVerdict()  {}
func (Disinterest) isVerdict() {}
func (Response) isVerdict()    {}
