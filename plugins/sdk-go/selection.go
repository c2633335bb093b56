package bellpull

import (
	"strconv"
	"strings"
)

// A Document is JSON that the host parses and this component asks by pointer.
type Document struct{ json hostJSON }

// Select asks the document all pointers at once; each call parses the whole document again. A pointer is
// RFC 6901, and a segment * stands for each element of an array.
//
// The sender decides how long the lists of a document are. If the answers pass the bounds of the host, the
// pointers with a * are left out, and [Selection.Has] is false for them. The delivery is malformed if the
// document is not JSON, or if the other answers pass the bounds too.
func (d Document) Select(pointers ...string) (Selection, error) {
	selection, err := d.ask(pointers)
	if err == nil {
		return selection, nil
	}
	var single []string
	for _, pointer := range pointers {
		if !strings.Contains(pointer, "*") {
			single = append(single, pointer)
		}
	}
	return d.ask(single)
}

func (d Document) ask(pointers []string) (Selection, error) {
	answers, err := hostSelect(d.json, pointers)
	if err != nil {
		return nil, Malformed(err.Error())
	}
	selection := make(Selection, len(pointers))
	for at, pointer := range pointers {
		selection[pointer] = answers[at]
	}
	return selection, nil
}

// A Selection is the answers of a document, by pointer. Without a * there is one answer; with one there is
// one for each element, so that pointers with the same prefix line up.
type Selection map[string][]Value

// A Value is one answer.
type Value struct {
	Kind ValueKind
	// Text is the text, the number as it was written, true or false, or an array or object as JSON.
	Text string
}

// A ValueKind is the type of an answer.
type ValueKind uint8

const (
	KindMissing ValueKind = iota
	KindNull
	KindBoolean
	KindNumber
	KindText
	// KindJSON is an array or object.
	KindJSON
)

// Texts is a selection of one text for each pointer, for the unit tests of a provider.
func Texts(texts map[string]string) Selection {
	selection := make(Selection, len(texts))
	for pointer, text := range texts {
		selection[pointer] = []Value{{KindText, text}}
	}
	return selection
}

// Has says whether the pointer was asked and not left out.
func (s Selection) Has(pointer string) bool {
	_, asked := s[pointer]
	return asked
}

// IsSet says whether the document has something other than null there.
func (s Selection) IsSet(pointer string) bool {
	for _, value := range s[pointer] {
		if value.Kind != KindMissing && value.Kind != KindNull {
			return true
		}
	}
	return false
}

// Text is the text that the pointer names, or empty if there is none.
func (s Selection) Text(pointer string) string {
	if value := s.first(pointer); value.Kind == KindText {
		return value.Text
	}
	return ""
}

// Texts are the texts of all answers, empty where an answer is no text.
func (s Selection) Texts(pointer string) []string {
	texts := make([]string, len(s[pointer]))
	for at, value := range s[pointer] {
		if value.Kind == KindText {
			texts[at] = value.Text
		}
	}
	return texts
}

// Boolean is the boolean that the pointer names, or nil if there is none.
func (s Selection) Boolean(pointer string) *bool {
	value := s.first(pointer)
	if value.Kind != KindBoolean {
		return nil
	}
	boolean := value.Text == "true"
	return &boolean
}

// Number is the whole number from zero on that the pointer names.
func (s Selection) Number(pointer string) (number uint64, found bool) {
	value := s.first(pointer)
	if value.Kind != KindNumber {
		return 0, false
	}
	number, err := strconv.ParseUint(value.Text, 10, 64)
	return number, err == nil
}

func (s Selection) first(pointer string) Value {
	if values := s[pointer]; len(values) > 0 {
		return values[0]
	}
	return Value{}
}
