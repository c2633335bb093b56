"""Shortens an acceptance to the bounds of the contract. To pass them is a fault of the component, and
a sender must not be able to cause one with a long delivery.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace

from wit_world.imports import types

from bellpull.event import ArtifactChange, Event, GitChange, OtherChange, RequestChange

MOST_EVENTS = 256
MOST_CHANGES = 512
MOST_CHANGES_IN_ALL = 2048
MOST_BYTES = 128 * 1024


def bounded(told: types.Acceptance) -> types.Acceptance:
    """The acceptance within the bounds. Where its events have too many changes or too long texts, they
    keep the places of their changes alone, else their names, and then concern every object. Events
    that are too many are left out, and the acceptance is no longer complete."""
    events = told.events[:MOST_EVENTS]
    if not _fit(events):
        events = [replace(event, payload=None, changes=_places(event)) for event in events]
    if not _fit(events):
        events = [Event(event.kind) for event in events]
    while len(events) > 1 and not _fit(events):
        events.pop()
    return replace(told, events=events, complete=told.complete and len(events) == len(told.events))


def _places(event: types.Event) -> list[types.Change]:
    """Where the changes are, each place once."""
    places = {repr(place): place for place in map(_place, event.changes)}
    return list(places.values())


def _place(change: types.Change) -> types.Change:
    match change:
        case types.Change_Git(git):
            return types.Change_Git(GitChange(git.repositories, deleted=git.deleted))
        case types.Change_Artifact(artifact):
            place = ArtifactChange(artifact.repositories, deleted=artifact.deleted)
            return types.Change_Artifact(place)
        case types.Change_Request(request):
            return types.Change_Request(RequestChange(request.repositories))
        case types.Change_Other(other):
            return types.Change_Other(OtherChange(other.kind, other.locations))


def _fit(events: list[types.Event]) -> bool:
    counts = [len(event.changes) for event in events]
    few = max(counts, default=0) <= MOST_CHANGES and sum(counts) <= MOST_CHANGES_IN_ALL
    return few and sum(len(text.encode()) for text in _texts(events)) <= MOST_BYTES


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for element in value:
            yield from _texts(element)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
