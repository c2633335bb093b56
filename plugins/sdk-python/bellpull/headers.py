"""Header values. A repeated header is refused, because readers differ in which value they take."""

from wit_world.imports import delivery

from bellpull import refusal


def values(name: str) -> list[bytes]:
    """All values of a header of this delivery, in order."""
    return delivery.header(name)


def text(name: str) -> str | None:
    """The text of a header of this delivery; raises as `single`."""
    return single(name, values(name))


def required(name: str) -> str:
    """The text of a header that the sender always sends. Raises `malformed` when it is absent, empty,
    repeated or not UTF-8."""
    found = text(name)
    if not found:
        raise refusal.malformed(f"header {name} is missing or empty")
    return found


def informative(name: str) -> str | None:
    """The text of a header that decides nothing, such as the id of a delivery. None if it is absent,
    empty, repeated or not UTF-8."""
    found = values(name)
    return (_decoded(found[0]) or None) if len(found) == 1 else None


def proof(name: str, values: list[bytes]) -> str:
    """The one value among the values of a header that carries a proof. Raises `unauthenticated` when
    it is missing, empty, repeated or not UTF-8."""
    found = _decoded(values[0]) if len(values) == 1 else None
    if not found:
        raise refusal.unauthenticated(f"{name} is missing, empty, repeated or not UTF-8")
    return found


def single(name: str, values: list[bytes]) -> str | None:
    """The one value among the values of the header `name`, or None if there is none. Raises
    `malformed` when there is a second value, even an equal one, and when the value is not UTF-8."""
    if not values:
        return None
    if len(values) > 1:
        raise refusal.malformed(f"header {name} is repeated")
    found = _decoded(values[0])
    if found is None:
        raise refusal.malformed(f"header {name} is not UTF-8")
    return found


def _decoded(value: bytes) -> str | None:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None
