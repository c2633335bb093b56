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
