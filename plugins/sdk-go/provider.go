// Package bellpull is what an author needs to write a Bellpull provider in Go.
//
// A provider is a type that implements [Provider], handed to [Export]:
//
//	type example struct{}
//
//	func (example) Describe() bellpull.Description {
//		return bellpull.Description{
//			Providers:      []string{"example"},
//			Version:        "1.0.0",
//			CredentialKeys: []string{"token"},
//		}
//	}
//
//	func (example) Configure(bellpull.Receiver) (bellpull.Binding, error) {
//		return bellpull.SignatureBinding("token"), nil
//	}
//
//	func (example) Receive(bellpull.Receiver) (bellpull.Verdict, error) {
//		sent := bellpull.HeaderValues("x-example-signature")
//		mac, err := bellpull.HexMAC("x-example-signature", "sha256=", bellpull.SHA256, sent)
//		if err != nil {
//			return nil, err
//		}
//		if err := mac.Check("token", bellpull.BodyPart()); err != nil {
//			return nil, err
//		}
//		return bellpull.Accept(bellpull.Event{Kind: "example"}), nil
//	}
//
//	func init() { bellpull.Export(example{}) }
//
//	func main() {}
//
// Functions that ask the host (for a header, a check, the body) work only inside a component; elsewhere
// they panic. Helpers that decide something are therefore functions over plain values, and the unit tests
// of a provider call those.
package bellpull

import "strings"

// A Provider is one kind of sender. Its methods share no state: every call runs in a fresh instance.
type Provider interface {
	// Describe says what this component is. It may call [Log] and nothing else of the host.
	Describe() Description

	// Configure says how deliveries to this Receiver authenticate. It runs when a Receiver changes, never
	// during a delivery. It may call [Log] and [ConfigJSON].
	//
	// An error closes the Receiver. It is best [Problems]: each with its place and its remedy; an empty list
	// is no error. Any other error is a problem of the whole spec.
	Configure(receiver Receiver) (Binding, error)

	// Receive judges the current delivery. The checks that Configure bound come first: the host gives no
	// byte of the body before they have succeeded.
	//
	// An error is the reason why the delivery is not accepted, best a [Refusal]; any other error counts
	// as [Malformed]. It goes to the operator's log, never to the sender, and must not hold what the
	// delivery presented as a credential.
	Receive(receiver Receiver) (Verdict, error)
}

// Export makes the provider the one of this component. Call it once, from an init function: main does
// not run in a component.
func Export(provider Provider) { exported = provider }

var exported Provider

// A Description says what a component is. The host asks for it once, when it loads the component.
type Description struct {
	// Providers are the names that spec.type may say: each of a-z, 0-9 and -, up to 63.
	Providers []string
	// Version is the component's own.
	Version string
	// Documentation is an https URL for users, or empty.
	Documentation string
	// Events are the names that spec.events may list, as the sender writes them.
	Events []string
	// CredentialKeys are the keys of the Secret that this component may have checked. To check another
	// one is a fault.
	CredentialKeys []string
	// SettingKeys are the keys of the Secret that are not secret and that it asks to read. Each must be
	// granted.
	SettingKeys []string
	// ConfigSchema is the JSON Schema of spec.config. If it is empty, spec.config must be absent or {}.
	ConfigSchema string
	// FetchHosts are the hosts that it asks to fetch from. Each must be granted.
	FetchHosts []string
}

// A Receiver is what a component knows of the Receiver that a delivery is for.
type Receiver struct {
	// Provider is the one of the described names that the Receiver used.
	Provider string
	// Events is spec.events as written.
	Events []string
	// Keys are those that the Secret holds, empty ones too.
	Keys []string
	// Settings are the values of the setting keys that were granted.
	Settings map[string]string
}

// A Problem is something that is wrong with a Receiver.
type Problem struct {
	// At is an RFC 6901 pointer into the Receiver's spec, for example /config/header.
	At string
	// Message says what is wrong and what to do, in a sentence.
	Message string
}

// Problems are everything that is wrong with a Receiver.
type Problems []Problem

// Error is the messages of all problems.
func (p Problems) Error() string {
	var messages []string
	for _, problem := range p {
		messages = append(messages, problem.Message)
	}
	return strings.Join(messages, "; ")
}
