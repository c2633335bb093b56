use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bellpull_tls::IssuedCertificate;
use instant_acme::{RenewalInfo, SuggestedWindow};

/// How long the authority is not asked again when it has said nothing.
const ASK_AGAIN: Duration = Duration::from_secs(6 * 60 * 60);
// RFC 9773, section 4.3.2.
const LEAST_ASK_AGAIN: Duration = Duration::from_secs(60);
const MOST_ASK_AGAIN: Duration = Duration::from_secs(24 * 60 * 60);
/// The least time from one order to the next, whatever the authority advises.
const LEAST_AGE: Duration = Duration::from_secs(60 * 60);

/// When a certificate is to be renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Renewal {
    pub(crate) due_in: Duration,
    /// When the authority may advise something else.
    pub(crate) ask_again_in: Duration,
}

/// The time that a certificate holds, seen from now.
#[derive(Clone, Copy)]
pub(crate) struct Lifetime {
    not_before: SystemTime,
    not_after: SystemTime,
    now: SystemTime,
}

impl Lifetime {
    pub(crate) fn of(certificate: &IssuedCertificate, now: SystemTime) -> Self {
        Self {
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            now,
        }
    }

    pub(crate) fn is_over(self) -> bool {
        self.not_after <= self.now
    }

    /// How long a new certificate is kept at least.
    pub(crate) fn least_age(self) -> Duration {
        LEAST_AGE.min(self.whole() / 3)
    }

    /// What holds without an authority's advice: a third of the lifetime is left for attempts that fail.
    pub(crate) fn renewal(self) -> Renewal {
        Renewal {
            due_in: self.until(self.not_before + self.whole() * 2 / 3),
            ask_again_in: ASK_AGAIN,
        }
    }

    /// What the authority advises: a time within its window by `chance`, from 0 to 1 (RFC 9773, section 4.2). A
    /// tenth of the lifetime is left in any case.
    pub(crate) fn advised_renewal(
        self,
        info: &RenewalInfo,
        ask_again_in: Duration,
        chance: f64,
    ) -> Renewal {
        let SuggestedWindow { start, end } = &info.suggested_window;
        let since_1970 = |seconds: i64| Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
        let start = UNIX_EPOCH + since_1970(start.unix_timestamp());
        let end = UNIX_EPOCH + since_1970(end.unix_timestamp());
        let window = end.duration_since(start).unwrap_or_default();
        let chosen = start + window.mul_f64(chance.clamp(0.0, 1.0));
        let latest = self.not_before + self.whole() * 9 / 10;
        Renewal {
            due_in: self.until(chosen.min(latest)),
            ask_again_in: ask_again_in.clamp(LEAST_ASK_AGAIN, MOST_ASK_AGAIN),
        }
    }

    fn whole(self) -> Duration {
        let whole = self.not_after.duration_since(self.not_before);
        whole.unwrap_or_default()
    }

    fn until(self, time: SystemTime) -> Duration {
        time.duration_since(self.now).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 24 * 60 * 60;

    /// Ninety days, of which some have passed.
    fn lifetime(days: u64) -> Lifetime {
        Lifetime {
            not_before: UNIX_EPOCH,
            not_after: UNIX_EPOCH + Duration::from_secs(90 * DAY),
            now: UNIX_EPOCH + Duration::from_secs(days * DAY),
        }
    }

    #[test]
    fn without_advice_two_thirds_of_the_lifetime_count() {
        for (days, expected) in [(0, 60), (59, 1), (60, 0), (89, 0), (91, 0)] {
            let due_in = lifetime(days).renewal().due_in;
            assert_eq!(due_in, Duration::from_secs(expected * DAY), "{days}");
        }
        assert!(!lifetime(89).is_over());
        assert!(lifetime(90).is_over());
    }

    #[test]
    fn a_time_within_the_window_of_the_authority_counts() {
        let advised = |window: &str, chance, ask_again| {
            let info = format!(r#"{{"suggestedWindow": {window}}}"#);
            let info: RenewalInfo = serde_json::from_str(&info).unwrap();
            lifetime(1).advised_renewal(&info, Duration::from_secs(ask_again), chance)
        };
        let early = r#"{"start": "1970-01-11T00:00:00Z", "end": "1970-01-21T00:00:00Z"}"#;
        let past = r#"{"start": "1970-01-01T00:00:00Z", "end": "1970-01-01T00:00:01Z"}"#;
        let late = r#"{"start": "1971-01-01T00:00:00Z", "end": "1971-02-01T00:00:00Z"}"#;
        let reversed = r#"{"start": "1970-01-11T00:00:00Z", "end": "1970-01-02T00:00:00Z"}"#;
        for (window, chance, ask_again, days, again) in [
            (early, 0.0, 3600, 9, 3600),
            (early, 0.5, 3600, 14, 3600),
            (early, 1.0, 3600, 19, 3600),
            (past, 1.0, 0, 0, 60),
            (late, 0.5, 7 * DAY, 80, DAY),
            (reversed, 0.5, 3600, 9, 3600),
        ] {
            let expected = Renewal {
                due_in: Duration::from_secs(days * DAY),
                ask_again_in: Duration::from_secs(again),
            };
            assert_eq!(
                advised(window, chance, ask_again),
                expected,
                "{window} {chance}"
            );
        }
    }
}
