"""The parts of a signed message. The message is their concatenation."""

from wit_world.imports.types import Part, Part_Bytes, Part_Piece, Piece


def body() -> Part:
    """The body's exact bytes."""
    return _piece("body")


def header(name: str) -> Part:
    """The one value of a header."""
    return _piece("header", name)


def form(field: str) -> Part:
    """The one decoded value of a form field."""
    return _piece("form", field)


def member(pointer: str) -> Part:
    """The one text in the JSON body, by an RFC 6901 pointer that passes only through objects."""
    return _piece("member", pointer)


def method() -> Part:
    """The method, in upper case."""
    return _piece("method")


def target() -> Part:
    """The request target. It holds the secret path: it can be signed, not read."""
    return _piece("target")


def query() -> Part:
    """The query string without `?`."""
    return _piece("query")


def parameter(name: str) -> Part:
    """The one value of a query parameter, percent-decoded."""
    return _piece("query", name)


def derived(component: str) -> Part:
    """A derived component of RFC 9421 by its name there: `@authority`, `@path` or `@query`."""
    return _piece(component)


def text(text: str) -> Part:
    """A text of the component's own."""
    return Part_Bytes(text.encode())


def _piece(kind: str, *arguments: str) -> Part:
    return Part_Piece(Piece(kind, list(arguments)))
