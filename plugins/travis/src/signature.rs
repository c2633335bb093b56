use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bellpull_sdk::{Refusal, headers};

/// The header of the RSA signature, in standard base64.
pub(crate) const HEADER: &str = "signature";

/// The signature in these values of the header.
pub(crate) fn presented(values: &[Vec<u8>]) -> Result<Vec<u8>, Refusal> {
    STANDARD
        .decode(headers::proof(HEADER, values)?)
        .map_err(|_| Refusal::Unauthenticated([HEADER, " is not base64"].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_there_once_in_base64() {
        let of = |values: &[&str]| {
            let values: Vec<Vec<u8>> = values.iter().map(|value| value.as_bytes().into()).collect();
            presented(&values).ok()
        };
        assert_eq!(of(&["AQID"]), Some(vec![1, 2, 3]));
        for values in [
            &[][..],
            &[""],
            &["AQID", "AQID"],
            &["AQI"],
            &["AQ-_"],
            &["AQID\n"],
        ] {
            assert_eq!(of(values), None, "{values:?}");
        }
    }
}
