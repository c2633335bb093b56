use bellpull_sdk::body::Format;
use bellpull_sdk::{Digest, Mac, Part, Refusal};

/// The form field of the JSON.
pub(crate) const PAYLOAD: &str = "payload";

/// The MAC to check. The first header that is present counts, even if it is wrong: otherwise a
/// spoilt one would lead to a fallback to an older one.
pub(crate) fn presented(
    names: &[&str],
    values_of: impl Fn(&str) -> Vec<Vec<u8>>,
) -> Result<Mac, Refusal> {
    let mut name = "signature";
    for candidate in names {
        name = candidate;
        let values = values_of(candidate);
        if !values.is_empty() {
            return Mac::hex(name, "", Digest::Sha256, &values);
        }
    }
    Mac::hex(name, "", Digest::Sha256, &[])
}

/// The signed message: the JSON itself, which is the decoded field of a form.
pub(crate) fn message(content_type: &str) -> Result<[Part; 1], Refusal> {
    match Format::of(content_type) {
        Some(Format::Json) => Ok([Part::body()]),
        Some(Format::Form) => Ok([Part::form(PAYLOAD)]),
        None => Err(Refusal::Malformed(
            "the content type is neither application/json nor a form: set it at the sender".into(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: &str = "6a42699496d8c4fb346af1c930df527931a321e28ada69dbc5ee82f438517fd2";

    fn taken(names: &[&str], sent: &[(&str, &str)]) -> bool {
        let values_of = |name: &str| -> Vec<Vec<u8>> {
            sent.iter()
                .filter(|(sent, _)| *sent == name)
                .map(|(_, value)| value.as_bytes().to_vec())
                .collect()
        };
        presented(names, values_of).is_ok()
    }

    #[test]
    fn the_first_header_that_is_there_counts() {
        let names = ["own", "older"];
        assert!(taken(&names, &[("own", RIGHT)]));
        assert!(taken(&names, &[("older", RIGHT)]));
        assert!(taken(&names, &[("own", RIGHT), ("older", "")]));
        for spoilt in ["", "00", "sha256="] {
            assert!(!taken(&names, &[("own", spoilt), ("older", RIGHT)]));
        }
        assert!(!taken(&names, &[("own", RIGHT), ("own", RIGHT)]));
        assert!(!taken(&["own"], &[("older", RIGHT)]));
        assert!(!taken(&names, &[]));
    }

    #[test]
    fn digits_are_bare() {
        assert!(!taken(&["own"], &[("own", &["sha256=", RIGHT].concat())]));
    }

    #[test]
    fn the_json_is_what_is_signed() {
        assert_eq!(message("application/json"), Ok([Part::body()]));
        assert_eq!(
            message("application/x-www-form-urlencoded"),
            Ok([Part::form("payload")])
        );
        assert!(message("text/plain").is_err());
    }
}
