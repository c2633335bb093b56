"""Compares the event of a delivery with `spec.events`. Names compare without ASCII case, as in Flux."""

from collections.abc import Iterable


def wanted(listed: list[str], event: str) -> bool:
    """Whether the list wants this event. An empty list wants every event."""
    return not listed or _has(listed, event)


def is_listed(listed: list[str], event: str) -> bool:
    """Whether the list itself names this event. Then even an event without facts is wanted."""
    return _has(listed, event)


def unknown_warnings(listed: list[str], known: list[str]) -> list[str]:
    """A warning for every listed name that is not in `known`. The list still filters."""
    return [
        f"spec.events: this provider knows no event '{name}'"
        for name in listed
        if not _has(known, name)
    ]


def _has(names: Iterable[str], wanted: str) -> bool:
    # `bytes.lower` knows ASCII alone.
    folded = wanted.encode().lower()
    return any(name.encode().lower() == folded for name in names)
