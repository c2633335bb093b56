use std::borrow::Cow;

use crate::presented::{member, only};
use bellpull_core::Delivery;

/// A part of a signed message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The body's exact bytes.
    Body,
    /// The value of a header that is given once.
    Header(String),
    /// The query string as received.
    Query,
    /// The value of a query parameter that is given once, percent-decoded.
    Parameter(String),
    Method,
    /// The request target as received.
    Target,
    /// The decoded value of a form field that is given once.
    Form(String),
    /// A string in the JSON body, by RFC 6901 pointer.
    Member(String),
    /// `@authority` of RFC 9421, section 2.2.3.
    Authority,
    /// `@path` of RFC 9421, section 2.2.6.
    Path,
    /// `@query` of RFC 9421, section 2.2.7, with its `?`.
    QueryComponent,
    /// Bytes of the component's own.
    Bytes(Vec<u8>),
}

impl Part {
    /// Whether a MAC over this part authenticates the content of the delivery.
    fn covers_content(&self) -> bool {
        matches!(self, Self::Body | Self::Form(_) | Self::Target)
    }
}

/// Whether a MAC over a message of these parts authenticates the content of the delivery. With an
/// empty form field it does not, because the rest of the body is free. For a component that parses
/// before it verifies, the bytes that it puts together count as content.
#[must_use]
pub fn covers_content(parts: &[Part], bytes: &[Cow<'_, [u8]>], parses_before_verify: bool) -> bool {
    let mut parts = parts.iter().zip(bytes);
    let empty =
        |(part, bytes): (&Part, &Cow<'_, [u8]>)| matches!(part, Part::Form(_)) && bytes.is_empty();
    let covers = parses_before_verify || parts.clone().any(|(part, _)| part.covers_content());
    covers && !parts.any(empty)
}

/// The bytes of each part. `None` if a part is absent or given twice.
#[must_use]
pub fn message_parts<'a>(delivery: &'a Delivery, parts: &'a [Part]) -> Option<Vec<Cow<'a, [u8]>>> {
    parts
        .iter()
        .map(|part| {
            Some(match part {
                Part::Body => Cow::Borrowed(&*delivery.body),
                Part::Header(name) => Cow::Borrowed(delivery.single_header(name)?),
                Part::Query => Cow::Borrowed(delivery.query().unwrap_or_default().as_bytes()),
                Part::Parameter(name) => {
                    Cow::Owned(only(delivery.query_values(name))?.into_bytes())
                }
                Part::Method => Cow::Borrowed(delivery.method.as_str().as_bytes()),
                Part::Target => Cow::Borrowed(delivery.target.as_bytes()),
                Part::Form(field) => Cow::Owned(only(delivery.form_values(field))?.into_bytes()),
                Part::Member(pointer) => Cow::Owned(member(&delivery.body, pointer)?),
                Part::Authority => Cow::Owned(authority(delivery.single_header("host")?)),
                Part::Path => Cow::Borrowed(match delivery.path() {
                    "" => b"/".as_slice(),
                    path => path.as_bytes(),
                }),
                Part::QueryComponent => {
                    let query = delivery.query().unwrap_or_default();
                    Cow::Owned(["?", query].concat().into_bytes())
                }
                Part::Bytes(bytes) => Cow::Borrowed(bytes.as_slice()),
            })
        })
        .collect()
}

/// Normalises a host as RFC 9421, section 2.2.3, does: in lower case and without the default port.
/// The scheme of the sender's URL is only known where TLS is terminated, so the default ports of
/// both schemes are removed.
fn authority(host: &[u8]) -> Vec<u8> {
    let without = |port: &[u8]| host.strip_suffix(port);
    let host = without(b":443").or(without(b":80")).unwrap_or(host);
    host.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bellpull_core::DeliveryId;

    #[test]
    fn returns_the_bytes_of_each_part() {
        let delivery = |target: &str, host: &str, body: &str| Delivery {
            id: DeliveryId::generate(),
            received: jiff::Timestamp::UNIX_EPOCH,
            method: http::Method::PUT,
            target: target.into(),
            headers: [(http::header::HOST, host.parse().unwrap())]
                .into_iter()
                .collect(),
            body: bytes::Bytes::copy_from_slice(body.as_bytes()),
            client: Default::default(),
        };
        let plain = delivery("/hook/a%2Fb?x=1&y=%20", "Hooks.Example.COM:443", "f=a+b");
        let bare = delivery("", "[2001:DB8::80]:8443", r#"{"a":{"b":"\u00e4"}}"#);
        let member = |pointer: &str| Part::Member(pointer.into());
        let parameter = |name: &str| Part::Parameter(name.into());
        let cases = [
            (&plain, Part::Body, Some("f=a+b")),
            (&plain, Part::Method, Some("PUT")),
            (&plain, Part::Target, Some("/hook/a%2Fb?x=1&y=%20")),
            (&plain, Part::Query, Some("x=1&y=%20")),
            (&plain, parameter("x"), Some("1")),
            (&plain, parameter("y"), Some(" ")),
            (&plain, parameter("z"), None),
            (&plain, Part::QueryComponent, Some("?x=1&y=%20")),
            (&plain, Part::Path, Some("/hook/a%2Fb")),
            (&plain, Part::Authority, Some("hooks.example.com")),
            (&plain, Part::Form("f".into()), Some("a b")),
            (&plain, Part::Form("g".into()), None),
            (&plain, Part::Header("x-none".into()), None),
            (&plain, member("/a"), None),
            (&bare, Part::Query, Some("")),
            (&bare, Part::QueryComponent, Some("?")),
            (&bare, Part::Path, Some("/")),
            (&bare, Part::Authority, Some("[2001:db8::80]:8443")),
            (&bare, member("/a/b"), Some("\u{e4}")),
            (&bare, member("/a"), None),
        ];
        for (delivery, part, expected) in cases {
            let parts = [part];
            let got = message_parts(delivery, &parts).map(|bytes| bytes.concat());
            assert_eq!(got.as_deref(), expected.map(str::as_bytes), "{parts:?}");
        }
    }

    #[test]
    fn knows_which_parts_cover_the_content() {
        let body = || (Part::Body, "{}");
        let header = || (Part::Header("x-time".into()), "1");
        let own = || (Part::Bytes(b"own".to_vec()), "own");
        let form = |value| (Part::Form("payload".into()), value);
        let cases = [
            ("the body", vec![body()], false, true),
            ("an empty body", vec![(Part::Body, "")], false, true),
            ("a header", vec![header()], false, false),
            ("own bytes", vec![own()], false, false),
            ("own bytes of a body that was read", vec![own()], true, true),
            ("a form field", vec![form("{}")], false, true),
            ("an empty field", vec![form("")], false, false),
            (
                "an empty field of a body that was read",
                vec![form("")],
                true,
                false,
            ),
            (
                "an empty field beside own bytes",
                vec![own(), form("")],
                true,
                false,
            ),
            (
                "an empty field beside the target",
                vec![(Part::Target, "/"), form("")],
                false,
                false,
            ),
        ];
        for (what, message, parses_before_verify, expected) in cases {
            let (parts, bytes): (Vec<Part>, Vec<_>) = message
                .into_iter()
                .map(|(part, bytes)| (part, Cow::Borrowed(bytes.as_bytes())))
                .unzip();
            let covers = covers_content(&parts, &bytes, parses_before_verify);
            assert_eq!(covers, expected, "{what}");
        }
    }
}
