// Package form reads the fields of a form. It is apart from the package bellpull because a component that
// reads no form is 0.9 MB smaller; [bellpull.FormJSON] has the host read a field that holds JSON.
package form

import (
	"net/url"

	bellpull "github.com/bellpull/bellpull/plugins/sdk-go"
)

// Read is the fields of the application/x-www-form-urlencoded body of this delivery; see [Parse] and
// [bellpull.Body]. It asks the host.
func Read() (Fields, error) {
	body, err := bellpull.Body()
	if err != nil {
		return nil, err
	}
	return Parse(body)
}

// Fields are the values of a form by their names.
type Fields map[string][]string

// Parse reads a form. The delivery is malformed if the body is none.
func Parse(body []byte) (Fields, error) {
	fields, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, bellpull.Malformed("the body is not a form")
	}
	return Fields(fields), nil
}

// Text is the one value of a field, or empty if there is none. The delivery is malformed if there is a second
// value, even an equal one, since readers differ in which they take.
func (f Fields) Text(name string) (string, error) {
	switch values := f[name]; len(values) {
	case 0:
		return "", nil
	case 1:
		return values[0], nil
	}
	return "", bellpull.Malformed("the form field '" + name + "' is repeated")
}
