use pkcs1::RsaPublicKeyRef;

use super::error::KeyError;

/// Allowed sizes in bits: NIST SP 800-131A demands 2048, and 8192 take a millisecond.
const BITS: std::ops::RangeInclusive<usize> = 2048..=8192;
/// Maximum size of the exponent in bits, so that verification is quick. Almost all keys have 65537.
const EXPONENT_BITS: usize = 33;

/// Checks that an RSAPublicKey in DER can verify signatures.
pub(super) fn check(der: &[u8]) -> Result<(), KeyError> {
    let key = RsaPublicKeyRef::try_from(der).map_err(|_| KeyError::Der("an RSAPublicKey"))?;
    let bits = bits(key.modulus.as_bytes());
    if !BITS.contains(&bits) {
        return Err(KeyError::RsaBits(bits));
    }
    let exponent = key.public_exponent.as_bytes();
    let odd = exponent.last().is_some_and(|last| last & 1 == 1);
    if !odd || exponent == [1] || self::bits(exponent) > EXPONENT_BITS {
        return Err(KeyError::RsaExponent);
    }
    Ok(())
}

/// The size of a big-endian number without leading zeros, in bits.
fn bits(number: &[u8]) -> usize {
    let first = number.first().copied().unwrap_or_default();
    number.len() * 8 - first.leading_zeros() as usize
}
