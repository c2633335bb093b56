import unittest

from wit_world.imports import types

from bellpull import (
    Acceptance,
    ArtifactChange,
    Change_Artifact,
    Change_Git,
    Change_Other,
    Change_Request,
    Event,
    GitChange,
    OtherChange,
    RequestChange,
)
from bellpull.shorten import MOST_BYTES, MOST_CHANGES, MOST_CHANGES_IN_ALL, MOST_EVENTS, bounded


def push(changes: int, length: int = 1) -> types.Event:
    return Event("push", changes=[Change_Git(GitChange(["u" * length]))] * changes)


class Bounds(unittest.TestCase):
    def test_what_is_within_them_stays_as_it_is(self) -> None:
        full = MOST_CHANGES_IN_ALL // MOST_CHANGES
        for events in (
            [push(0)] * MOST_EVENTS,
            [push(MOST_CHANGES)] * full,
            [push(1, MOST_BYTES - len("push"))],
        ):
            self.assertEqual(bounded(Acceptance(events)), Acceptance(events))

    def test_beyond_them_events_keep_their_places(self) -> None:
        full = MOST_CHANGES_IN_ALL // MOST_CHANGES
        for events, places in [
            ([push(MOST_CHANGES + 1), push(1)], [push(1), push(1)]),
            ([push(MOST_CHANGES)] * full + [push(1)], [push(1)] * (full + 1)),
            ([push(1, MOST_BYTES)], [push(0)]),
            ([push(1, MOST_BYTES // 2)] * 2, [push(0)] * 2),
        ]:
            self.assertEqual(bounded(Acceptance(events)), Acceptance(places))

    def test_a_place_has_no_details(self) -> None:
        many: list[types.Change] = [
            Change_Git(GitChange(["u"], ref="refs/heads/main", deleted=True)),
            Change_Artifact(ArtifactChange(["r"], tag="v1")),
            Change_Request(RequestChange(["u"], number="17")),
            Change_Other(OtherChange("bucket", ["l"], name="b")),
        ]
        places: list[types.Change] = [
            Change_Git(GitChange(["u"], deleted=True)),
            Change_Artifact(ArtifactChange(["r"])),
            Change_Request(RequestChange(["u"])),
            Change_Other(OtherChange("bucket", ["l"])),
        ]
        event = Event("push", action="a", changes=many * MOST_CHANGES, payload="{}")
        told = bounded(Acceptance([event]))
        self.assertEqual(told, Acceptance([Event("push", action="a", changes=places)]))

    def test_events_that_are_left_out_are_told(self) -> None:
        told = bounded(Acceptance([push(0)] * (MOST_EVENTS + 1)))
        self.assertEqual((len(told.events), told.complete), (MOST_EVENTS, False))
        long: types.Event = Event("é" * (MOST_BYTES // 4))
        self.assertEqual(bounded(Acceptance([long] * 3)), Acceptance([long] * 2, complete=False))


if __name__ == "__main__":
    unittest.main()
