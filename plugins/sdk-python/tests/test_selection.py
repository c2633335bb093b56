import unittest

from componentize_py_types import Err
from wit_world.imports import document

from bellpull import Selection
from tests.refused import Refused

ANSWERS: dict[str, list[document.Value]] = {
    "/gone": [document.Value_Missing()],
    "/null": [document.Value_Null()],
    "/yes": [document.Value_Boolean(True)],
    "/count": [document.Value_Number("20")],
    "/float": [document.Value_Number("2e1")],
    "/name": [document.Value_Text("a")],
    "/empty": [document.Value_Text("")],
    "/l/*/a": [document.Value_Text("1"), document.Value_Text("")],
    "/l/*/b": [document.Value_Null(), document.Value_Text("y"), document.Value_Text("z")],
}


class Document(document.Json):
    """Refuses more than `most` pointers."""

    def __init__(self, most: int) -> None:
        self.most = most

    def select(self, pointers: list[str]) -> list[list[document.Value]]:
        if len(pointers) > self.most:
            raise Err("too much")
        return [ANSWERS[pointer] for pointer in pointers]


class Answers(unittest.TestCase):
    found = Selection(ANSWERS)

    def test_they_have_a_type(self) -> None:
        self.assertEqual(self.found.text("/name"), "a")
        self.assertIs(self.found.boolean("/yes"), True)
        self.assertEqual(self.found.number("/count"), 20)
        self.assertEqual(self.found.texts("/l/*/b"), ["y", "z"])

    def test_another_type_is_none(self) -> None:
        for pointer in "/gone", "/null", "/yes", "/count", "/empty", "/never-asked":
            self.assertIsNone(self.found.text(pointer), pointer)
        self.assertIsNone(self.found.boolean("/name"))
        for pointer in "/float", "/name":
            self.assertIsNone(self.found.number(pointer), pointer)

    def test_what_is_there_is_told_from_what_is_not(self) -> None:
        for pointer in "/yes", "/count", "/name", "/empty", "/l/*/b":
            self.assertTrue(self.found.is_set(pointer), pointer)
        for pointer in "/gone", "/null", "/never-asked":
            self.assertFalse(self.found.is_set(pointer), pointer)

    def test_lists_come_by_row(self) -> None:
        rows = [("1", None), (None, "y"), (None, "z")]
        self.assertEqual(self.found.rows("/l/*/a", "/l/*/b"), rows)
        self.assertEqual(self.found.rows("/never/*/asked"), [])


class Bounds(Refused):
    def test_lists_are_left_out_first(self) -> None:
        whole = Selection.of(Document(2), ["/name", "/l/*/a"])
        self.assertTrue(whole.has("/l/*/a"))
        short = Selection.of(Document(1), ["/name", "/l/*/a"])
        self.assertEqual((short.text("/name"), short.has("/l/*/a")), ("a", False))
        with self.refused("Malformed", "too much"):
            Selection.of(Document(0), ["/name", "/l/*/a"])


if __name__ == "__main__":
    unittest.main()
