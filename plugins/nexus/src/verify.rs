use bellpull_sdk::{Digest, Mac, Refusal};

/// The header of the MAC: hexadecimal HMAC-SHA1 of the body, without a prefix.
pub(crate) const HEADER: &str = "x-nexus-webhook-signature";

/// The MAC in these values of the header.
pub(crate) fn presented(values: &[Vec<u8>]) -> Result<Mac, Refusal> {
    Mac::hex(HEADER, "", Digest::Sha1, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_forty_digits_and_nothing_else() {
        let good = "77c555f0c5ba52aa992c9355bab82f0b149c138b";
        let of = |value: &str| presented(&[value.as_bytes().to_vec()]);
        assert_eq!(of(good).map(|mac| mac.digest()), Ok(Digest::Sha1));
        for bad in [
            "",
            "sha1=",
            "sha1=77c555f0c5ba52aa992c9355bab82f0b149c138b",
            "77c555f0c5ba52aa992c9355bab82f0b149c138",
            "77c555f0c5ba52aa992c9355bab82f0b149c138b0",
            "77c555f0c5ba52aa992c9355bab82f0b149c13",
            "d8XFUPjFulKqmSyTVbq4LwsUnBOL",
        ] {
            assert!(of(bad).is_err(), "{bad:?}");
        }
        assert!(presented(&[good.into(), good.into()]).is_err());
        assert!(presented(&[]).is_err());
    }
}
