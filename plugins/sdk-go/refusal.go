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
	// IsUnauthenticated is no proof, or a wrong one: 401.
	IsUnauthenticated RefusalClass = iota
	// IsMalformed is not what this provider sends: 400.
	IsMalformed
	// IsStale is signed, but too old or too new: 401.
	IsStale
	// IsUnavailable is worth sending again: 503.
	IsUnavailable
	// IsMisconfigured is a Receiver that cannot work as it stands: 503.
	IsMisconfigured
)

// Error is the reason.
func (r Refusal) Error() string { return r.Reason }

// Unauthenticated refuses a delivery without a proof, or with a wrong one: 401.
func Unauthenticated(reason string) error { return Refusal{IsUnauthenticated, reason} }

// Malformed refuses what this provider does not send: 400.
func Malformed(reason string) error { return Refusal{IsMalformed, reason} }

// Stale refuses a delivery that is signed, but too old or too new: 401.
func Stale(reason string) error { return Refusal{IsStale, reason} }

// Unavailable refuses a delivery that cannot be judged now, and is worth sending again: 503.
func Unavailable(reason string) error { return Refusal{IsUnavailable, reason} }

// Misconfigured refuses a delivery to a Receiver that cannot work as it stands: 503.
func Misconfigured(reason string) error { return Refusal{IsMisconfigured, reason} }
