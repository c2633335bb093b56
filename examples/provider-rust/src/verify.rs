use bellpull_sdk::{Digest, Mac, Refusal};

/// The header of the HMAC-SHA512 of the body, in hexadecimal without a prefix.
pub(crate) const HEADER: &str = "x-tfe-notification-signature";

/// The MAC in these values of the header.
pub(crate) fn presented(values: &[Vec<u8>]) -> Result<Mac, Refusal> {
    Mac::hex(HEADER, "", Digest::Sha512, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Key `It's a Secret to Everybody`, message `Hello, World!`.
    const SHA512: &str = "11ed355a617e98134e842012a7944ccf59c10256cb182357bd7e3a42013ff07c\
                          376f8c14cf5cc1923da20b51d64256b2fb8ebbf100aa67a61326f61fea8111bc";
    const SHA256: &str = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    fn digest(values: &[&str]) -> Option<Digest> {
        let values: Vec<Vec<u8>> = values.iter().map(|value| value.as_bytes().into()).collect();
        presented(&values).ok().map(|mac| mac.digest())
    }

    #[test]
    fn takes_a_bare_sha512() {
        assert_eq!(digest(&[SHA512]), Some(Digest::Sha512));
    }

    #[test]
    fn takes_nothing_else() {
        let prefixed = ["sha512=", SHA512].concat();
        for value in [
            "",
            SHA256,
            prefixed.as_str(),
            &SHA512[1..],
            &SHA512[2..],
            &[SHA512, "00"].concat(),
        ] {
            assert_eq!(digest(&[value]), None, "{value:?}");
        }
        assert_eq!(digest(&[]), None);
        assert_eq!(digest(&[SHA512, SHA512]), None);
    }
}
