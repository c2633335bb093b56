"""Signed times, in whole seconds since 1970-01-01T00:00:00Z."""

import re
import time
from datetime import datetime, timezone

from bellpull import refusal

_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def now() -> int:
    """The time that this delivery is judged by."""
    return int(time.time())


def unix_seconds(text: str) -> int | None:
    """Reads decimal digits and nothing else. None for a sign, a space, a fraction or a number that
    does not fit 64 bits."""
    if not re.fullmatch(r"[0-9]{1,20}", text):
        return None
    seconds = int(text)
    return seconds if seconds < 2**64 else None


def from_rfc3339(text: str) -> int | None:
    """Reads a time as `2026-01-02T03:04:05Z`, with any offset. A fraction is dropped. None for
    anything else, and for a day that no calendar has."""
    found = _RFC3339.fullmatch(text)
    if not found:
        return None
    day, clock, offset = found.groups()
    offset = "+00:00" if offset in "Zz" else offset
    try:
        return int(datetime.fromisoformat(f"{day}T{clock}{offset}").timestamp())
    except (ValueError, OverflowError):
        return None


def rfc3339(seconds: int) -> str | None:
    """Writes a time in UTC. None after the year 9999, which RFC 3339 cannot express."""
    try:
        moment = datetime.fromtimestamp(seconds, timezone.utc)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.isoformat().replace("+00:00", "Z")


def check_age(now: int, signed: int, tolerance: int) -> None:
    """Raises `stale` unless the signed time is at most `tolerance` before or after `now`."""
    if abs(now - signed) > tolerance:
        direction = "past" if signed < now else "future"
        raise refusal.stale(
            f"the signed time lies too far in the {direction}: a replay, or a clock that is wrong"
        )
