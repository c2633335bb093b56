package bellpull

// An Authentication is how a delivery proves who sent it.
type Authentication string

const (
	// BySignature is a MAC or signature over the delivery.
	BySignature Authentication = "signature"
	// ByCertificate is a client certificate that the listener has verified. It covers the connection, and so
	// the body.
	ByCertificate Authentication = "certificate"
	// ByToken is a token signed by an issuer (OIDC). The body is not covered.
	ByToken Authentication = "token"
	// BySecret is a shared secret that the sender presents. The body is not covered.
	BySecret Authentication = "secret"
	// ByPathOnly is nothing but the path, which cannot be guessed.
	ByPathOnly Authentication = "path-only"
)

// A Binding is how one Receiver authenticates. The host holds the component to it.
type Binding struct {
	Authentication Authentication
	// Credentials are the keys that must be present and not empty, each once.
	Credentials []Credential
	// Methods are those that are answered. If it is empty, POST alone; *: any.
	Methods []string
	// Tokens are the places of an issuer's token: a delivery uses exactly one of them, once.
	Tokens []Source
	// Issuers are those whose tokens are taken: under ByToken at least one, at most 16.
	Issuers []string
	// ParsesBeforeVerify says that the body must be read before it can be verified.
	ParsesBeforeVerify bool
	// AnswersHandshakes says that a [Response] may be given without the bound checks.
	AnswersHandshakes bool
	// ReplyMACs says that a Response may have MACs that the host computes. A message that could be a
	// challenge never matches as a signature then.
	ReplyMACs bool
	// Warnings say what is odd but not wrong, for the Receiver's condition.
	Warnings []string
	// clientNames is nil where no client certificate is demanded.
	clientNames *string
}

// A Credential is one key of the Secret as a binding uses it.
type Credential struct {
	Key string
	// Encoding is how the Secret's text becomes the key of a MAC: text, base64, hex or whsec. Empty is
	// text.
	Encoding string
	// Proves says that a check of this key must succeed before a delivery is accepted.
	Proves bool
	// Presented are the places where a delivery presents the value: exactly one of them, once. They read
	// as [redacted]. A key of MACs has none.
	Presented []Source
}

// SignatureBinding is for deliveries with a MAC whose key is the text of this key of the Secret.
func SignatureBinding(key string) Binding {
	return Binding{
		Authentication: BySignature,
		Credentials:    []Credential{{Key: key, Proves: true}},
	}
}

// SecretBinding is for deliveries that present the text of this key of the Secret at the place.
func SecretBinding(key string, place Source) Binding {
	return Binding{
		Authentication: BySecret,
		Credentials:    []Credential{{Key: key, Proves: true, Presented: []Source{place}}},
	}
}

// CertificateBinding is for deliveries over a connection whose client certificate has one of these names, one a
// line; see [Binding.WithClientNames].
func CertificateBinding(names string) Binding {
	return Binding{Authentication: ByCertificate}.WithClientNames(names)
}

// WithClientNames is the same binding, and deliveries must also come over a connection whose client certificate
// has one of these names, one a line: a subject alternative name, or the whole subject as in RFC 4514, such as
// CN=sender,O=Acme. The host refuses every other delivery and does not call the component. A binding that is
// ByPathOnly cannot have names.
func (binding Binding) WithClientNames(names string) Binding {
	binding.clientNames = &names
	return binding
}

// TokenBinding is for deliveries that present a token of one of the issuers at the place.
func TokenBinding(place Source, issuers ...string) Binding {
	return Binding{Authentication: ByToken, Tokens: []Source{place}, Issuers: issuers}
}
