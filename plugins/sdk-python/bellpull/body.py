"""The body. The host opens it once the bound checks have succeeded."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import parse_qsl

from componentize_py_types import Err
from wit_world.imports import delivery, document

from bellpull import headers, refusal

T = TypeVar("T")

# The host gives what there is: a body is at most as long as `--max-body` says.
_WHOLE = 2**32 - 1
# Bytes at the beginning of a body that tell whether it is an object.
_OPENING = 4096
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"


def json() -> document.Json:
    """The body as a JSON object, whatever its `Content-Type` says; `Selection.of` asks it. Raises
    `malformed` when the body does not begin as an object, or may not be read yet."""
    try:
        begin = delivery.body(0, _OPENING)
    except Err:
        # A body that holds a secret is not read raw, and yet as a document.
        begin = b"{"
    if not begins_object(begin):
        raise refusal.malformed("the body is not a JSON object")
    return _asked(document.from_body)


def json_or_form(field: str) -> document.Json:
    """The JSON in the body, or in the field `field` of a form. The `Content-Type` decides which.
    Raises `malformed` for any other `Content-Type`, and as `json`."""
    kind = media_type(headers.required("content-type"))
    if kind == _JSON:
        return json()
    if kind == _FORM:
        return _asked(lambda: document.from_form(field))
    raise refusal.malformed(
        "the content type is neither application/json nor a form: set it at the sender"
    )


def raw() -> bytes:
    """The exact bytes of the body. Raises `malformed` where it may not be read: before the bound
    checks, and when it holds a secret."""
    return _asked(lambda: delivery.body(0, _WHOLE))


def form_text(field: str) -> str | None:
    """The text of a form field, or None if there is none. Raises `malformed` when the field is there
    twice or the body may not be read, as `raw`."""
    return single_field(raw(), field)


def single_field(form: bytes, field: str) -> str | None:
    """The one decoded value of a field of an `application/x-www-form-urlencoded` form. Raises
    `malformed` when the field is there twice, or the form is none."""
    try:
        pairs = parse_qsl(form.decode(), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise refusal.malformed("the form is not UTF-8") from error
    values = [value for name, value in pairs if name == field]
    if len(values) > 1:
        raise refusal.malformed(f"the form field '{field}' is repeated")
    return values[0] if values else None


def media_type(content_type: str) -> str:
    """The type of a `Content-Type`, without its parameters and in lower case."""
    return content_type.partition(";")[0].strip(" \t").lower()


def begins_object(text: bytes) -> bool:
    """Whether a text begins as a JSON object does."""
    return text.lstrip(b" \t\r\n").startswith(b"{")


def _asked(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except Err as error:
        raise refusal.malformed(error.value) from error
