//! Texts of others, times and durations, as pages show them.

use bellpull_core::{Timestamp, text};
use maud::{Markup, html};

/// Longest text that a page shows of one field, bytes.
const LONGEST: usize = 64 << 10;

/// One line of a stranger. What is invisible or turns the direction of writing is spelt out.
pub(crate) fn line(of: &str) -> String {
    text::printable(of, LONGEST)
}

/// As [`line()`], with its line ends.
pub(crate) fn lines(of: &str) -> String {
    text::printable_lines(of, LONGEST)
}

/// A time of RFC 3339, to the second.
pub(crate) fn time(of: &str) -> Markup {
    let parsed: Result<Timestamp, _> = of.parse();
    let shown = parsed.map_or_else(|_| line(of), |at| at.strftime("%F %T").to_string());
    html! {
        time datetime=(of) title=(of) { (shown) }
    }
}

/// A duration in microseconds.
pub(crate) fn micros(of: u64) -> String {
    match of {
        0..1_000 => format!("{of} µs"),
        1_000..1_000_000 => format!("{}.{} ms", of / 1_000, of % 1_000 / 100),
        _ => format!("{}.{} s", of / 1_000_000, of % 1_000_000 / 100_000),
    }
}

/// Microseconds between two times of RFC 3339, if the second is not the earlier one.
pub(crate) fn micros_between(first: &str, second: &str) -> Option<u64> {
    let (first, second): (Timestamp, Timestamp) = (first.parse().ok()?, second.parse().ok()?);
    u64::try_from(second.as_microsecond() - first.as_microsecond()).ok()
}

/// A text that may be wider than the page.
pub(crate) fn preformatted(label: &str, of: &str) -> Markup {
    html! {
        pre tabindex="0" role="region" aria-label=(label) { (lines(of)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        for (micros_of, expected) in [
            (0, "0 µs"),
            (999, "999 µs"),
            (1_250, "1.2 ms"),
            (999_999, "999.9 ms"),
            (61_300_000, "61.3 s"),
        ] {
            assert_eq!(micros(micros_of), expected);
        }
    }

    #[test]
    fn what_lies_between_two_times_is_known_in_their_order_alone() {
        let (first, second) = ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.0005Z");
        assert_eq!(micros_between(first, second), Some(500));
        assert_eq!(micros_between(second, first), None);
        assert_eq!(micros_between(first, "soon"), None);
    }
}
