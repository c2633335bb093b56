"""The answers of a JSON document to pointers."""

from __future__ import annotations

from componentize_py_types import Err
from wit_world.imports import document

from bellpull import refusal


class Selection:
    """The answers of a JSON document to RFC 6901 pointers, of which a `*` stands for each element of an
    array. What is missing, or of another type than is asked for, is None."""

    def __init__(self, answers: dict[str, list[document.Value]]) -> None:
        """Unit tests make one of answers; a provider asks by `of`."""
        self._answers = answers

    @classmethod
    def of(cls, json: document.Json, pointers: list[str]) -> Selection:
        """Asks for everything at once, since each call parses the whole document again. If the
        answers pass the bounds of the host, those of the pointers with a `*` are left out: the sender
        decides how long its lists are. Raises `malformed` when the document is not JSON, or the other
        answers pass the bounds too."""
        try:
            return cls._ask(json, pointers)
        except Err:
            single = [pointer for pointer in pointers if "*" not in pointer]
        try:
            return cls._ask(json, single)
        except Err as error:
            raise refusal.malformed(error.value) from error

    @classmethod
    def of_texts(cls, texts: dict[str, str]) -> Selection:
        """A text for each pointer, for the unit tests of a provider."""
        return cls({pointer: [document.Value_Text(text)] for pointer, text in texts.items()})

    @classmethod
    def _ask(cls, json: document.Json, pointers: list[str]) -> Selection:
        return cls(dict(zip(pointers, json.select(pointers), strict=True)))

    def has(self, pointer: str) -> bool:
        """Whether the pointer was asked and not left out."""
        return pointer in self._answers

    def is_set(self, pointer: str) -> bool:
        """Whether the document has something other than `null` there."""
        nothing = (document.Value_Missing, document.Value_Null)
        return any(not isinstance(value, nothing) for value in self.all(pointer))

    def all(self, pointer: str) -> list[document.Value]:
        """Every answer to a pointer: one for each element if it has a `*`."""
        return self._answers.get(pointer, [])

    def text(self, pointer: str) -> str | None:
        """The string there. An empty one counts as absent: senders write `""` for nothing."""
        return next(iter(self.texts(pointer)), None) or None

    def texts(self, pointer: str) -> list[str]:
        """Every answer that is a string."""
        return [
            value.value for value in self.all(pointer) if isinstance(value, document.Value_Text)
        ]

    def rows(self, *pointers: str) -> list[tuple[str | None, ...]]:
        """The elements of a list as rows, with one string for each pointer. An empty string counts as
        absent. The `*` of all pointers must stand for the same list."""
        columns = [self.all(pointer) for pointer in pointers]
        longest = max(map(len, columns), default=0)
        return [tuple(_text_at(column, row) for column in columns) for row in range(longest)]

    def boolean(self, pointer: str) -> bool | None:
        """The boolean there."""
        first = next(iter(self.all(pointer)), None)
        return first.value if isinstance(first, document.Value_Boolean) else None

    def number(self, pointer: str) -> int | None:
        """The whole, non-negative number there."""
        first = next(iter(self.all(pointer)), None)
        digits = first.value if isinstance(first, document.Value_Number) else ""
        return int(digits) if digits.isdecimal() else None


def _text_at(column: list[document.Value], row: int) -> str | None:
    value = column[row] if row < len(column) else None
    return (value.value or None) if isinstance(value, document.Value_Text) else None
