import unittest

from bellpull import times
from tests.refused import Refused


class Times(Refused):
    def test_seconds_are_digits_alone(self) -> None:
        self.assertEqual(times.unix_seconds("1674087231"), 1674087231)
        for text in "", "+1", "-1", " 1", "1 ", "1.0", "1e9", "0x1", "18446744073709551616", "١", "1\n":
            self.assertIsNone(times.unix_seconds(text), repr(text))

    def test_exactly_the_tolerance_is_tolerated(self) -> None:
        for signed in 700, 1000, 1300:
            times.check_age(1000, signed, 300)
        for signed, direction in [(0, "past"), (699, "past"), (1301, "future")]:
            where = f"too far in the {direction}"
            reason = f"the signed time lies {where}: a replay, or a clock that is wrong"
            with self.refused("Stale", reason, signed):
                times.check_age(1000, signed, 300)

    def test_rfc3339_is_written_and_read(self) -> None:
        for seconds, text in [
            (0, "1970-01-01T00:00:00Z"),
            (951782400, "2000-02-29T00:00:00Z"),
            (1674087231, "2023-01-19T00:13:51Z"),
            (253402300799, "9999-12-31T23:59:59Z"),
        ]:
            self.assertEqual(times.rfc3339(seconds), text)
            self.assertEqual(times.from_rfc3339(text), seconds)
        self.assertIsNone(times.rfc3339(253402300800))

    def test_rfc3339_has_offsets_and_fractions(self) -> None:
        for text in "2023-01-19T01:13:51.987654321+01:00", "2023-01-18t23:13:51-01:00":
            self.assertEqual(times.from_rfc3339(text), 1674087231, text)
        for text in [
            "",
            "2023-01-19",
            "2023-01-19T00:13:51",
            "2023-01-19T00:13Z",
            "2023-02-29T00:00:00Z",
            "2023-01-19T24:00:00Z",
            "2023-01-19T00:00:00+24:00",
            "2023-W03-4T00:00:00Z",
            "1674087231",
        ]:
            self.assertIsNone(times.from_rfc3339(text), text)


if __name__ == "__main__":
    unittest.main()
