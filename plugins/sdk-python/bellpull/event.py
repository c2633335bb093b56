"""What a delivery tells. What the sender does not say is left out: filters take it for "any"."""

from __future__ import annotations

from dataclasses import dataclass, field

from wit_world.imports import types


@dataclass
class GitChange(types.GitChange):
    """A ref that moved, in a repository with these URLs. `ref` is a full name: `refs/heads/…`."""

    ref: str | None = None
    before: str | None = None
    after: str | None = None
    deleted: bool = False
    paths: types.Paths = field(default_factory=types.Paths_Unknown)


@dataclass
class ArtifactChange(types.ArtifactChange):
    """A tag or digest that `registry/repository` gained or lost."""

    tag: str | None = None
    digest: str | None = None
    deleted: bool = False


@dataclass
class RequestChange(types.RequestChange):
    """A pull or merge request of a repository with these URLs."""

    number: str = ""
    source: str | None = None
    target: str | None = None
    head: str | None = None
    action: str | None = None
    merged: bool | None = None
    draft: bool | None = None
    labels: list[str] | None = None


@dataclass
class OtherChange(types.OtherChange):
    """A change of something else, by a word: `bucket`, `chart-index`, `build`, `alert`."""

    locations: list[str] = field(default_factory=list)
    name: str | None = None
    revision: str | None = None
    attributes: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Event(types.Event):
    """One thing that a delivery tells, by the sender's own name for it."""

    action: str | None = None
    changes: list[types.Change] = field(default_factory=list)
    payload: str | None = None
    extensions: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Acceptance(types.Acceptance):
    """All events of a delivery. `signed_at` is RFC 3339, and only a time that the proof covers."""

    complete: bool = True
    delivery_id: str | None = None
    signed_at: str | None = None
