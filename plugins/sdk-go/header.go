package bellpull

import "unicode/utf8"

// HeaderValues are all values of a header of this delivery, in order. Names compare without case. It asks
// the host.
func HeaderValues(name string) [][]byte { return hostHeader(name) }

// Header is the text of a header of this delivery, or empty if there is none; see [SingleHeader]. It asks
// the host.
func Header(name string) (string, error) { return SingleHeader(name, HeaderValues(name)) }

// RequiredHeader is the text of a header that the sender always sends. The delivery is malformed if it is
// absent, empty, repeated or not UTF-8. It asks the host.
func RequiredHeader(name string) (string, error) {
	text, err := Header(name)
	if err == nil && text == "" {
		err = Malformed("header " + name + " is missing or empty")
	}
	return text, err
}

// InformativeHeader is the text of a header that decides nothing, such as the id of a delivery. It is empty
// if the header is absent, repeated or not UTF-8. It asks the host.
func InformativeHeader(name string) string {
	text, err := Header(name)
	if err != nil {
		return ""
	}
	return text
}

// SingleHeader is the one value among the values of a header, or empty if there is none. The delivery is
// malformed if there is a second value, even an equal one, since readers differ in which they take, and if
// the value is not UTF-8.
func SingleHeader(name string, values [][]byte) (string, error) {
	switch {
	case len(values) == 0:
		return "", nil
	case len(values) > 1:
		return "", Malformed("header " + name + " is repeated")
	case !utf8.Valid(values[0]):
		return "", Malformed("header " + name + " is not UTF-8")
	}
	return string(values[0]), nil
}
