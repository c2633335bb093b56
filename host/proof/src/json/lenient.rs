use std::borrow::Cow;

/// The byte order mark of UTF-8. Senders on Windows write it, and a parser may pass over it (RFC 8259,
/// section 8.1).
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A document as Flux reads it, by Go's `encoding/json`. Invalid UTF-8 becomes U+FFFD, and so
/// does half of a surrogate pair, which senders produce when they cut a text. Rust's JSON parser
/// would refuse the whole document. Unlike Flux, a byte order mark before the document is left out.
#[must_use]
pub fn lenient(document: &[u8]) -> Cow<'_, str> {
    let document = document.strip_prefix(BYTE_ORDER_MARK).unwrap_or(document);
    let text = String::from_utf8_lossy(document);
    match with_whole_surrogates(text.as_bytes()).map(String::from_utf8) {
        Some(Ok(mended)) => Cow::Owned(mended),
        _ => text,
    }
}

/// The text with `\ufffd` for each escape that is half of a surrogate pair. `None` if there is
/// none.
fn with_whole_surrogates(text: &[u8]) -> Option<Vec<u8>> {
    let mut mended: Option<Vec<u8>> = None;
    let mut at = 0;
    let escaped = |at: usize| text.get(at..).and_then(utf16_unit);
    let next = |at: usize| text.get(at..)?.iter().position(|byte| *byte == b'\\');
    while let Some(found) = next(at) {
        at += found;
        let Some(unit) = escaped(at) else {
            // Another escape. It has two bytes, and the second may be a backslash.
            at += 2;
            continue;
        };
        let pair = matches!(unit, 0xd800..=0xdbff)
            && escaped(at + 6).is_some_and(|low| matches!(low, 0xdc00..=0xdfff));
        if !pair && matches!(unit, 0xd800..=0xdfff) {
            let mended = mended.get_or_insert_with(|| text.to_vec());
            if let Some(digits) = mended.get_mut(at + 2..at + 6) {
                digits.copy_from_slice(b"fffd");
            }
        }
        at += if pair { 12 } else { 6 };
    }
    mended
}

/// The UTF-16 unit of an escape `\uXXXX` at the start of a text.
pub(crate) fn utf16_unit(text: &[u8]) -> Option<u16> {
    let digits = text.get(..6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_half_of_a_surrogate_pair() {
        for (document, expected) in [
            (r#"{"a":"b"}"#, r#"{"a":"b"}"#),
            (r#""cut \ud83d""#, r#""cut \ufffd""#),
            (r#""\uDE00 cut""#, r#""\ufffd cut""#),
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\ud83dx\ude00""#, r#""\ufffdx\ufffd""#),
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""\\\ud83d""#, r#""\\\ufffd""#),
            (r#""\ud8""#, r#""\ud8""#),
            (r#""\u00e9""#, r#""\u00e9""#),
            ("\\", "\\"),
        ] {
            assert_eq!(lenient(document.as_bytes()), expected, "{document}");
        }
        assert_eq!(lenient(b"\"J\xfc\""), "\"J\u{fffd}\"");
    }

    #[test]
    fn leaves_out_one_byte_order_mark_before_the_document() {
        for (document, expected) in [
            ("\u{feff}{}", "{}"),
            ("\u{feff}\u{feff}{}", "\u{feff}{}"),
            (" \u{feff}{}", " \u{feff}{}"),
            ("\u{feff}", ""),
        ] {
            assert_eq!(lenient(document.as_bytes()), expected, "{document:?}");
        }
    }

    #[test]
    fn does_not_copy_a_valid_document() {
        let document = br#"{"title":"caf\u00e9 \ud83d\ude00"}"#;
        assert!(matches!(lenient(document), Cow::Borrowed(_)));
    }
}
