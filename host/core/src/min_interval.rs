//! The annotation for the least interval between notifications of a target.

use std::collections::BTreeMap;
use std::time::Duration;

use bellpull_api::MIN_INTERVAL_ANNOTATION;
use jiff::SignedDuration;

use crate::limits;
use crate::text::printable;

/// The least interval that the annotations of a Receiver or of a target ask for, if they do.
///
/// # Errors
/// When the value is not a duration within the bounds. The text names the annotation, the value and
/// what to write.
pub fn min_interval(annotations: &BTreeMap<String, String>) -> Result<Option<Duration>, String> {
    let value = annotations.get(MIN_INTERVAL_ANNOTATION);
    value.map(|value| parse(value)).transpose()
}

fn parse(value: &str) -> Result<Duration, String> {
    let allowed =
        |duration: &Duration| !duration.is_zero() && *duration <= limits::LONGEST_MIN_INTERVAL;
    let parsed: Option<SignedDuration> = value.parse().ok();
    parsed
        .and_then(|parsed| Duration::try_from(parsed).ok())
        .filter(allowed)
        .ok_or_else(|| {
            let value = printable(value, 64);
            format!(
                "annotation {MIN_INTERVAL_ANNOTATION} is {value:?}: write a duration above zero \
                 and of at most 1h, such as 30s, 5m or 1m30s"
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Result<Option<Duration>, String> {
        let annotation = (MIN_INTERVAL_ANNOTATION.to_owned(), value.to_owned());
        min_interval(&BTreeMap::from([annotation]))
    }

    #[test]
    fn durations_are_written_as_in_flux() {
        let cases = [
            ("30s", 30_000),
            ("5m", 300_000),
            ("1m30s", 90_000),
            ("1.5s", 1_500),
            ("250ms", 250),
            ("1h", 3_600_000),
            ("60m", 3_600_000),
        ];
        for (value, milliseconds) in cases {
            let expected = Duration::from_millis(milliseconds);
            assert_eq!(read(value), Ok(Some(expected)), "{value}");
        }
        assert_eq!(min_interval(&BTreeMap::new()), Ok(None));
    }

    #[test]
    fn a_wrong_one_says_what_to_write() {
        for value in ["", "soon", "30", "0s", "-30s", "1h1ns", "2h", "24h"] {
            let error = read(value).expect_err(value);
            let expected = format!("annotation bellpull.dev/min-interval is {value:?}: write a ");
            assert!(error.starts_with(&expected), "{error}");
        }
    }
}
