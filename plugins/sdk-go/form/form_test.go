package form

import "testing"

func TestAFieldIsDecodedAndThereOnce(t *testing.T) {
	fields, err := Parse([]byte("ref=refs%2Fheads%2Fmain&note=a+b&twice=1&twice=1"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"ref": "refs/heads/main", "note": "a b", "absent": ""} {
		if text, err := fields.Text(name); err != nil || text != want {
			t.Errorf("%s: got %q, %v, want %q", name, text, err, want)
		}
	}
	if text, err := fields.Text("twice"); err == nil {
		t.Errorf("a repeated field is taken for %q", text)
	}
}

func TestWhatIsNoFormIsMalformed(t *testing.T) {
	for _, wrong := range []string{"a=%zz", "a=1;b=2"} {
		if fields, err := Parse([]byte(wrong)); err == nil {
			t.Errorf("%q is taken for %v", wrong, fields)
		}
	}
}
