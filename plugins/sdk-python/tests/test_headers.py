import unittest

from bellpull import body, events, headers
from tests.refused import Refused


class Headers(Refused):
    def test_one_value_and_no_second(self) -> None:
        self.assertIsNone(headers.single("a", []))
        self.assertEqual(headers.single("a", [b"x"]), "x")
        for values, flaw in [([b"x", b"x"], "is repeated"), ([b"\xff"], "is not UTF-8")]:
            with self.refused("Malformed", f"header a {flaw}", values):
                headers.single("a", values)

    def test_a_proof_is_there_once(self) -> None:
        self.assertEqual(headers.proof("a", [b"x"]), "x")
        for values in [], [b""], [b"x", b"x"], [b"\xff"]:
            reason = "a is missing, empty, repeated or not UTF-8"
            with self.refused("Unauthenticated", reason, values):
                headers.proof("a", values)


class Events(unittest.TestCase):
    def test_names_compare_without_ascii_case(self) -> None:
        for listed, event, expected in [
            ([], "push", True),
            (["ping", "Push"], "push", True),
            (["ping"], "push", False),
            ([""], "push", False),
            (["É"], "é", False),
        ]:
            self.assertEqual(events.wanted(listed, event), expected, (listed, event))

    def test_an_empty_list_lists_nothing(self) -> None:
        self.assertTrue(events.is_listed(["Ping"], "ping"))
        self.assertFalse(events.is_listed([], "ping"))

    def test_names_that_nobody_sends_are_warned_of(self) -> None:
        warnings = events.unknown_warnings(["PUSH", "psuh"], ["push"])
        self.assertEqual(warnings, ["spec.events: this provider knows no event 'psuh'"])


class Body(Refused):
    def test_an_object_is_told_by_its_first_sign(self) -> None:
        for text in b"{", b" \r\n\t{}", b'{"a":1}':
            self.assertTrue(body.begins_object(text), text)
        for text in b"", b"  ", b"[]", b'"{"', b"null", b"payload={}", b"\xef\xbb\xbf{}":
            self.assertFalse(body.begins_object(text), text)

    def test_a_media_type_has_no_parameters(self) -> None:
        for text in "application/json", "Application/JSON ; charset=utf-8":
            self.assertEqual(body.media_type(text), "application/json")

    def test_a_form_field_is_there_once(self) -> None:
        for form, expected in [
            (b"", None),
            (b"b=1", None),
            (b"a", ""),
            (b"a=", ""),
            (b"b=2&a=x%3D+%C3%A9", "x= é"),
            (b"a=x=y", "x=y"),
        ]:
            self.assertEqual(body.single_field(form, "a"), expected, form)
        with self.refused("Malformed", "the form field 'a' is repeated"):
            body.single_field(b"a=1&a=1", "a")
        for form in b"a=\xff", b"a=%FF":
            with self.refused("Malformed", "the form is not UTF-8", form):
                body.single_field(form, "a")


if __name__ == "__main__":
    unittest.main()
