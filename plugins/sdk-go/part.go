package bellpull

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
