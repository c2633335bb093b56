use bellpull_sdk::{Digest, Mac, Refusal, headers};

/// The header with signatures of several versions, `v1=<hex>`, separated by commas.
pub(crate) const HEADER: &str = "circleci-signature";

/// The known version: HMAC-SHA256 of the body.
const VERSION: &str = "v1=";

/// The one signature of the known version. Other versions are ignored, as CircleCI asks of
/// receivers, and never stand in for it.
pub(crate) fn presented(values: &[Vec<u8>]) -> Result<Mac, Refusal> {
    let list = headers::proof(HEADER, values)?;
    let mut known = list.split(',').filter(|entry| entry.starts_with(VERSION));
    match (known.next(), known.next()) {
        (Some(entry), None) => Mac::hex(
            HEADER,
            VERSION,
            Digest::Sha256,
            &[entry.as_bytes().to_vec()],
        ),
        (None, _) => Err(flaw("holds no signature of version v1")),
        (Some(_), Some(_)) => Err(flaw("holds two signatures of version v1")),
    }
}

fn flaw(flaw: &str) -> Refusal {
    Refusal::Unauthenticated([HEADER, " ", flaw].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    // Key `secret`, body `hello world`: CircleCI's own example.
    const V1: &str = "v1=734cc62f32841568f45715aeb9f4d7891324e6d948e4c6c60c0621cdac48623a";

    fn taken(values: &[&str]) -> bool {
        let values: Vec<Vec<u8>> = values.iter().map(|value| value.as_bytes().into()).collect();
        presented(&values).is_ok()
    }

    #[test]
    fn finds_version_1_among_others() {
        for list in [
            V1.to_owned(),
            [V1, ",v2=00"].concat(),
            ["v2=00,", V1].concat(),
            ["v0=,", V1, ",junk"].concat(),
        ] {
            assert!(taken(&[&list]), "{list}");
        }
    }

    #[test]
    fn without_exactly_one_there_is_no_proof() {
        for list in [
            "",
            "v1=",
            "v1=00",
            "v2=734cc62f32841568f45715aeb9f4d7891324e6d948e4c6c60c0621cdac48623a",
            &V1[3..],
            &V1.replace("v1", "V1"),
            &[V1, ",", V1].concat(),
            &[V1, ",v1="].concat(),
            &[V1, " "].concat(),
            &[" ", V1].concat(),
        ] {
            assert!(!taken(&[list]), "{list:?}");
        }
        assert!(!taken(&[]));
        assert!(!taken(&[V1, V1]));
    }
}
