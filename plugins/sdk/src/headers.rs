//! Header values. A repeated header is refused, because readers differ in which value they take.

use crate::Refusal;

/// All values of a header of this delivery, in order.
pub fn values(name: &str) -> Vec<Vec<u8>> {
    crate::host::delivery::header(name)
}

/// The text of a header of this delivery; see [`single`].
///
/// # Errors
/// As [`single`].
pub fn text(name: &str) -> Result<Option<String>, Refusal> {
    single(name, &values(name)).map(|found| found.map(String::from))
}

/// The text of a header that the sender always sends.
///
/// # Errors
/// `malformed` when it is absent, empty, repeated or not UTF-8.
pub fn required(name: &str) -> Result<String, Refusal> {
    text(name)?
        .filter(|text| !text.is_empty())
        .ok_or_else(|| malformed(name, "is missing or empty"))
}

/// The text of a header that decides nothing, such as the id of a delivery. `None` if it is absent, empty,
/// repeated or not UTF-8.
pub fn informative(name: &str) -> Option<String> {
    text(name).ok().flatten().filter(|text| !text.is_empty())
}

/// The one value among the values of a header that carries a proof, such as a signature.
///
/// # Errors
/// `unauthenticated` when it is missing, empty, repeated or not UTF-8.
pub fn proof<'v>(name: &str, values: &'v [Vec<u8>]) -> Result<&'v str, Refusal> {
    match single(name, values) {
        Ok(Some(text)) if !text.is_empty() => Ok(text),
        _ => Err(Refusal::Unauthenticated(
            [name, " is missing, empty, repeated or not UTF-8"].concat(),
        )),
    }
}

/// The one value among the values of the header `name`, or `None` if there is none.
///
/// # Errors
/// `malformed` when there is a second value, even an equal one, and when the value is not UTF-8.
pub fn single<'v>(name: &str, values: &'v [Vec<u8>]) -> Result<Option<&'v str>, Refusal> {
    match values {
        [] => Ok(None),
        [value] => str::from_utf8(value)
            .map(Some)
            .map_err(|_| malformed(name, "is not UTF-8")),
        _ => Err(malformed(name, "is repeated")),
    }
}

/// Whether `name` can be the name of a header: a `token` of RFC 9110, section 5.6.2.
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn malformed(name: &str, flaw: &str) -> Refusal {
    Refusal::Malformed(["header ", name, " ", flaw].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_token() {
        for (name, expected) in [
            ("X-Signature", true),
            ("x_1!", true),
            ("", false),
            ("x key", false),
            ("x:", false),
            ("x-key\n", false),
            ("é", false),
        ] {
            assert_eq!(is_name(name), expected, "{name:?}");
        }
    }

    #[test]
    fn a_proof_is_there_once() {
        let sent = |values: &[&str]| -> Vec<Vec<u8>> {
            values.iter().map(|value| value.as_bytes().into()).collect()
        };
        assert_eq!(proof("a", &sent(&["x"])), Ok("x"));
        for values in [sent(&[]), sent(&[""]), sent(&["x", "x"]), vec![vec![0xff]]] {
            let refusal =
                Refusal::Unauthenticated("a is missing, empty, repeated or not UTF-8".into());
            assert_eq!(proof("a", &values), Err(refusal), "{values:?}");
        }
    }

    #[test]
    fn takes_one_value_and_no_second() {
        assert_eq!(single("a", &[]), Ok(None));
        assert_eq!(single("a", &[b"x".to_vec()]), Ok(Some("x")));
        assert_eq!(
            single("a", &[b"x".to_vec(), b"x".to_vec()]),
            Err(Refusal::Malformed("header a is repeated".into()))
        );
        assert_eq!(
            single("a", &[vec![0xff]]),
            Err(Refusal::Malformed("header a is not UTF-8".into()))
        );
    }
}
