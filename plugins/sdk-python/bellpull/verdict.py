"""What a component says of a delivery that it could judge."""

from wit_world.imports import types

from bellpull.event import Acceptance, Event
from bellpull.shorten import bounded


def accept(told: types.Event | types.Acceptance) -> types.Verdict:
    """Authentic and wanted. Takes an event, or an acceptance with an id or a time. What passes the
    bounds of the contract is shortened to them."""
    if isinstance(told, types.Event):
        told = Acceptance([told])
    return types.Verdict_Accept(bounded(told))


def ping(kind: str, reason: str) -> types.Verdict:
    """Authentic, but only a test of the connection. `kind` is the sender's name for it."""
    return _ignored("ping", reason, Event(kind))


def not_listed(kind: str) -> types.Verdict:
    """Authentic, but `spec.events` does not list this event."""
    return _ignored("not-listed", f"event {kind} is not listed", Event(kind))


def no_change(reason: str) -> types.Verdict:
    """Authentic, but nothing has changed."""
    return _ignored("no-change", reason, None)


def ignore(reason: str) -> types.Verdict:
    """Authentic, but of no interest for another reason."""
    return _ignored("other", reason, None)


def reply(response: types.Response) -> types.Verdict:
    """Answers a handshake; see `bellpull.replies`."""
    return types.Verdict_Reply(response)


def _ignored(word: str, reason: str, event: types.Event | None) -> types.Verdict:
    return types.Verdict_Ignore(types.Disinterest(word, reason, event))
