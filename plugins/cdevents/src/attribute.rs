//! Attributes of CloudEvents in HTTP headers:
//! <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md>,
//! section 3.1.3.2.

/// The attribute in a header value: without optional double quotes, percent-decoded once. `None` if
/// the result is not UTF-8, or a `%` is not followed by two digits.
pub(crate) fn decoded(value: &str) -> Option<String> {
    let unquoted = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value);
    let mut bytes = Vec::with_capacity(unquoted.len());
    let mut rest = unquoted.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => digit(rest.next()?)? << 4 | digit(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn digit(byte: u8) -> Option<u8> {
    let value = char::from(byte).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_as_the_specification_has_it() {
        for (value, expected) in [
            ("plain", Some("plain")),
            ("Euro%20%E2%82%AC%20%F0%9F%98%80", Some("Euro € 😀")),
            ("%e2%82%ac", Some("€")),
            ("\"quoted%20text\"", Some("quoted text")),
            ("once%2520", Some("once%20")),
            ("", Some("")),
            ("\"", Some("\"")),
            ("%C0%A0", None),
            ("%", None),
            ("%4", None),
            ("%zz", None),
        ] {
            assert_eq!(decoded(value).as_deref(), expected, "{value:?}");
        }
    }
}
