package bellpull

// A Refusal is an error that says why a delivery is not accepted.
type Refusal struct {
	Class RefusalClass
	// Reason reaches the operator's log, never the sender.
	Reason string
}

// A RefusalClass decides what the sender is answered.
type RefusalClass uint8

const (
	// ClassUnauthenticated is no proof, or a wrong one: 401.
	ClassUnauthenticated RefusalClass = iota
	// ClassMalformed is not what this provider sends: 400.
	ClassMalformed
	// ClassStale is signed, but too old or too new: 401.
	ClassStale
	// ClassUnavailable is worth sending again: 503.
	ClassUnavailable
	// ClassMisconfigured is a Receiver that cannot work as it stands: 503.
	ClassMisconfigured
)

// Error is the reason.
func (r Refusal) Error() string { return r.Reason }

// Unauthenticated refuses a delivery without a proof, or with a wrong one: 401.
func Unauthenticated(reason string) error { return Refusal{ClassUnauthenticated, reason} }

// Malformed refuses what this provider does not send: 400.
func Malformed(reason string) error { return Refusal{ClassMalformed, reason} }

// Stale refuses a delivery that is signed, but too old or too new: 401.
func Stale(reason string) error { return Refusal{ClassStale, reason} }

// Unavailable refuses a delivery that cannot be judged now, and is worth sending again: 503.
func Unavailable(reason string) error { return Refusal{ClassUnavailable, reason} }

// Misconfigured refuses a delivery to a Receiver that cannot work as it stands: 503.
func Misconfigured(reason string) error { return Refusal{ClassMisconfigured, reason} }
