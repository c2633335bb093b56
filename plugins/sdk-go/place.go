package bellpull

// A Source is a place where a delivery carries a credential. A place that is not there, is there twice or
// has another form holds nothing.
type Source struct {
	kind      string
	arguments []string
}

// HeaderSource is a header's whole value.
func HeaderSource(name string) Source { return Source{"header", []string{name}} }

// BearerSource is what follows "Bearer " in a header (RFC 6750, section 2.1), usually authorization.
func BearerSource(header string) Source { return Source{"bearer", []string{header}} }

// SchemeSource is what follows another scheme and a space in a header (RFC 9110, section 11.4).
func SchemeSource(header, scheme string) Source { return Source{"scheme", []string{header, scheme}} }

// BasicUsernameSource is the user name of a Basic authorization (RFC 7617).
func BasicUsernameSource() Source { return Source{"basic-username", nil} }

// BasicPasswordSource is the password of a Basic authorization (RFC 7617).
func BasicPasswordSource() Source { return Source{"basic-password", nil} }

// CookieSource is the value of a cookie (RFC 6265, section 4.2).
func CookieSource(name string) Source { return Source{"cookie", []string{name}} }

// QuerySource is a query parameter, percent-decoded.
func QuerySource(name string) Source { return Source{"query", []string{name}} }

// MemberSource is a text in the JSON body, by an RFC 6901 pointer through objects only.
func MemberSource(pointer string) Source { return Source{"member", []string{pointer}} }

// FormSource is a field of an application/x-www-form-urlencoded body, decoded.
func FormSource(field string) Source { return Source{"form", []string{field}} }

// A Part is a part of a signed message. The message is the concatenation of its parts.
type Part struct {
	kind      string
	arguments []string
	bytes     []byte
}

// BodyPart is the body's exact bytes.
func BodyPart() Part { return Part{kind: "body"} }

// HeaderPart is the one value of a header. If it is absent or repeated, the check fails.
func HeaderPart(name string) Part { return Part{kind: "header", arguments: []string{name}} }

// FormPart is the one decoded value of a form field.
func FormPart(field string) Part { return Part{kind: "form", arguments: []string{field}} }

// MemberPart is the one text in the JSON body, by an RFC 6901 pointer through objects only.
func MemberPart(pointer string) Part { return Part{kind: "member", arguments: []string{pointer}} }

// MethodPart is the method, in upper case: @method of RFC 9421, section 2.2.1.
func MethodPart() Part { return Part{kind: "method"} }

// TargetPart is the request target. It holds the secret path: it can be signed, not read.
func TargetPart() Part { return Part{kind: "target"} }

// QueryPart is the query string without its question mark.
func QueryPart() Part { return Part{kind: "query"} }

// ParameterPart is the one value of a query parameter, percent-decoded.
func ParameterPart(name string) Part { return Part{kind: "query", arguments: []string{name}} }

// DerivedPart is a derived component of RFC 9421 by its name there: @authority, @path or @query.
func DerivedPart(name string) Part { return Part{kind: name} }

// BytesPart is bytes of the component's own.
func BytesPart(bytes []byte) Part { return Part{bytes: bytes} }

// TextPart is a text of the component's own.
func TextPart(text string) Part { return Part{bytes: []byte(text)} }
