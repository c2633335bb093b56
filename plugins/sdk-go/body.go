package bellpull

import (
	"bytes"
	"strings"
)

// No sender puts more white space before its JSON.
const openingLength = 4096

// Body is the body as the sender wrote it. The delivery is malformed before the bound checks, unless the
// binding parses before it verifies, and always if the body holds a secret: read JSON by [BodyJSON]. It asks
// the host.
func Body() ([]byte, error) {
	body, err := hostBody(0, uint32(hostBodyLength()))
	if err != nil {
		return nil, Malformed(err.Error())
	}
	return body, nil
}

// BodyJSON is the body as a JSON object, whatever its Content-Type says. The delivery is malformed if the body
// does not begin as an object, or may not be read yet. Only [Document.Select] parses it to its end. It asks
// the host.
func BodyJSON() (Document, error) {
	// The beginning cannot be read where the body holds a secret.
	opening, err := hostBody(0, openingLength)
	if err == nil && !beginsObject(opening) {
		return Document{}, Malformed("the body is not a JSON object")
	}
	return document(hostFromBody())
}

// FormJSON is the JSON in a field of a form. The delivery is malformed if the form has not exactly one such
// field, or may not be read yet. It asks the host.
func FormJSON(field string) (Document, error) { return document(hostFromForm(field)) }

// BodyOrFormJSON is [BodyJSON] or [FormJSON]: the Content-Type decides which. The delivery is malformed with
// any other Content-Type. It asks the host.
func BodyOrFormJSON(field string) (Document, error) {
	contentType, err := RequiredHeader("content-type")
	if err != nil {
		return Document{}, err
	}
	switch mediaType(contentType) {
	case "application/json":
		return BodyJSON()
	case "application/x-www-form-urlencoded":
		return FormJSON(field)
	}
	return Document{}, Malformed(
		"the content type is neither application/json nor a form: set it at the sender")
}

// BytesJSON is JSON that the component decoded itself, at most 128 KiB. It asks the host.
func BytesJSON(bytes []byte) Document { return Document{hostFromBytes(bytes)} }

// ConfigJSON is spec.config, or an empty object if it is absent. [Provider.Configure] may call it too. It
// asks the host.
func ConfigJSON() Document { return Document{hostFromConfig()} }

func document(json hostJSON, err error) (Document, error) {
	if err != nil {
		return Document{}, Malformed(err.Error())
	}
	return Document{json}, nil
}

func beginsObject(text []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{"))
}

// The media type of a Content-Type without its parameters, in lower case (RFC 9110, section 8.3).
func mediaType(contentType string) string {
	essence, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(essence))
}
