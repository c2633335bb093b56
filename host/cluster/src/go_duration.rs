//! Durations as Go prints them (`time.Duration.String`).

use std::time::Duration;

/// A Kubernetes duration such as `90s` in Go's form, `1m30s`. A text that is not a duration stays as
/// it is.
pub(crate) fn normalize(text: &str) -> String {
    let duration: Result<kube::core::Duration, _> = text.parse();
    duration.map_or_else(|_| text.to_owned(), |duration| print(duration.into()))
}

/// Prints hours, minutes and seconds, from the largest unit that is not zero.
fn print(duration: Duration) -> String {
    let whole = duration.as_secs();
    let (hours, minutes) = (whole / 3600, whole / 60 % 60);
    if whole == 0 {
        let millis = duration.as_secs_f64() * 1e3;
        return if duration.is_zero() {
            "0s".to_owned()
        } else {
            format!("{millis}ms")
        };
    }
    let seconds = duration.as_secs_f64() - (whole - whole % 60) as f64;
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, _) => format!("{minutes}m{seconds}s"),
        _ => format!("{hours}h{minutes}m{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_printed_as_go_prints_them() {
        let cases = [
            ("10m", "10m0s"),
            ("1h", "1h0m0s"),
            ("1h30m", "1h30m0s"),
            ("90s", "1m30s"),
            ("1.5s", "1.5s"),
            ("0.25h", "15m0s"),
            ("250ms", "250ms"),
            ("0s", "0s"),
            ("soon", "soon"),
        ];
        for (interval, expected) in cases {
            assert_eq!(normalize(interval), expected, "{interval}");
        }
    }
}
