//! Signed times.

use crate::Refusal;

/// The time of this delivery, in whole seconds since 1970-01-01T00:00:00Z. Asks the host.
pub fn now() -> u64 {
    crate::host::clock::now() / 1000
}

/// Reads seconds since the epoch: decimal digits and nothing else. `None` for a sign, a space, a fraction
/// or a number that does not fit 64 bits.
pub fn unix_seconds(text: &str) -> Option<u64> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Checks that a signed time is at most `tolerance` before or after `now`. All three are seconds.
///
/// # Errors
/// `stale` when it is not.
pub fn check_age(now: u64, signed: u64, tolerance: u64) -> Result<(), Refusal> {
    if now.abs_diff(signed) <= tolerance {
        return Ok(());
    }
    let direction = if signed < now { "past" } else { "future" };
    Err(Refusal::Stale(
        [
            "the signed time lies too far in the ",
            direction,
            ": a replay, or a clock that is wrong",
        ]
        .concat(),
    ))
}

/// Writes seconds since the epoch as RFC 3339 in UTC. `None` after the year 9999, which RFC 3339 cannot
/// express.
pub fn rfc3339(seconds: u64) -> Option<String> {
    const DAY: u64 = 86_400;
    const LAST: u64 = 253_402_300_799;
    if seconds > LAST {
        return None;
    }
    let (year, month, day) = civil(seconds / DAY);
    let second = seconds % DAY;
    let mut out = String::with_capacity(20);
    for (value, width, after) in [
        (year, 4, '-'),
        (month, 2, '-'),
        (day, 2, 'T'),
        (second / 3600, 2, ':'),
        (second / 60 % 60, 2, ':'),
        (second % 60, 2, 'Z'),
    ] {
        for place in (0..width).rev() {
            let digit = value / 10_u64.pow(place) % 10;
            out.extend(char::from_digit(digit as u32, 10));
        }
        out.push(after);
    }
    Some(out)
}

/// Year, month and day of a day since the epoch, in the proleptic Gregorian calendar. The computation
/// counts years from March: then the leap day is the last of a year and months follow a linear rule.
fn civil(days: u64) -> (u64, u64, u64) {
    const ERA: u64 = 146_097;
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / ERA, shifted % ERA);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let (month, carry) = match from_march {
        0..10 => (from_march + 3, 0),
        _ => (from_march - 9, 1),
    };
    (era * 400 + year_of_era + carry, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_digits_alone() {
        assert_eq!(unix_seconds("1674087231"), Some(1_674_087_231));
        assert_eq!(unix_seconds("0"), Some(0));
        for text in [
            "",
            "+1",
            "-1",
            " 1",
            "1 ",
            "1.0",
            "1e9",
            "0x1",
            "18446744073709551616",
            "١",
        ] {
            assert_eq!(unix_seconds(text), None, "{text:?}");
        }
    }

    #[test]
    fn tolerates_exactly_the_tolerance() {
        for signed in [700, 1000, 1300] {
            assert_eq!(check_age(1000, signed, 300), Ok(()), "{signed}");
        }
        for signed in [0, 699, 1301, u64::MAX] {
            let refusal = check_age(1000, signed, 300).unwrap_err();
            assert!(matches!(refusal, Refusal::Stale(_)), "{signed}");
        }
    }

    #[test]
    fn writes_rfc3339() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_674_087_231, "2023-01-19T00:13:51Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(rfc3339(seconds).as_deref(), Some(text));
        }
        assert_eq!(rfc3339(253_402_300_800), None);
    }
}
