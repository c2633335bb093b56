//! Values of specs that are text: durations, sizes and digests.

use std::time::Duration;

use bytesize::ByteSize;
use jiff::SignedDuration;

pub(crate) fn duration(field: &str, text: &str) -> Result<Duration, String> {
    let parsed: Option<SignedDuration> = text.parse().ok();
    let duration = parsed.and_then(|parsed| Duration::try_from(parsed).ok());
    let duration = duration.filter(|duration| !duration.is_zero());
    duration.ok_or_else(|| format!("{field} {text:?} is no duration such as 1h, 30m or 250ms"))
}

/// A quantity of memory as Kubernetes writes it (Kubernetes API, "Quantity"), in Ki, Mi or bytes.
pub(crate) fn bytes(field: &str, text: &str) -> Result<usize, String> {
    let size: Option<ByteSize> = text.parse().ok();
    let bytes = size.and_then(|size| usize::try_from(size.as_u64()).ok());
    let bytes = bytes.filter(|bytes| *bytes > 0);
    bytes.ok_or_else(|| format!("{field} {text:?} is no amount of memory such as 8Mi"))
}

pub(crate) fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(|digits| {
        digits.len() == 64
            && digits
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_those_of_kubernetes() {
        let cases = [
            ("8Mi", Some(8 << 20)),
            ("512Ki", Some(512 << 10)),
            ("4096", Some(4096)),
            ("0", None),
            ("eight", None),
        ];
        for (text, expected) in cases {
            assert_eq!(bytes("memory", text).ok(), expected, "{text}");
        }
        let cases = [
            ("250ms", Some(Duration::from_millis(250))),
            ("1h30m", Some(Duration::from_secs(5400))),
            ("0s", None),
            ("soon", None),
        ];
        for (text, expected) in cases {
            assert_eq!(duration("time", text).ok(), expected, "{text}");
        }
    }
}
