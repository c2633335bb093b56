use bellpull_core::http::header::CONTENT_ENCODING;
use bellpull_core::{Delivery, Outcome};

use crate::Ending;

/// Whether the body has a content coding (RFC 9110, section 8.4). `identity` is none.
pub(crate) fn is_encoded(delivery: &Delivery) -> bool {
    let codings = delivery.headers.get_all(CONTENT_ENCODING).iter();
    let mut codings = codings.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let coded = codings.any(|coding| {
        let coding = coding.trim_ascii();
        !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity")
    });
    coded && !delivery.body.is_empty()
}

/// The ending of a delivery with an encoded body. Senders sign the body before it is encoded, so the
/// coding explains a wrong proof as well as a body that cannot be read.
pub(crate) fn of_encoded_body(ending: Ending) -> Ending {
    let unfilterable = match ending.outcome {
        Outcome::Malformed | Outcome::Unauthenticated => false,
        Outcome::Unfilterable(_) => true,
        _ => return ending,
    };
    Ending {
        outcome: Outcome::EncodedBody { unfilterable },
        ..ending
    }
}

#[cfg(test)]
mod tests {
    use bellpull_core::http::{HeaderMap, HeaderValue, Method};
    use bellpull_core::{DeliveryId, Timestamp};

    use super::*;

    fn delivery(codings: &[&'static str], body: &'static str) -> Delivery {
        let values = codings.iter().map(|coding| {
            let value = HeaderValue::from_static(coding);
            (CONTENT_ENCODING, value)
        });
        Delivery {
            id: DeliveryId::generate(),
            received: Timestamp::UNIX_EPOCH,
            method: Method::POST,
            target: "/".to_owned(),
            headers: values.collect::<HeaderMap>(),
            body: body.into(),
            client: Default::default(),
        }
    }

    #[test]
    fn any_coding_but_identity_encodes_a_body() {
        for (codings, body, expected) in [
            (&[][..], "{}", false),
            (&["identity"], "{}", false),
            (&["Identity, identity"], "{}", false),
            (&[""], "{}", false),
            (&["gzip"], "{}", true),
            (&["gzip"], "", false),
            (&["identity, br"], "{}", true),
            (&["identity", "zstd"], "{}", true),
            (&["unheard-of"], "{}", true),
        ] {
            let said = is_encoded(&delivery(codings, body));
            assert_eq!(said, expected, "{codings:?} {body:?}");
        }
    }
}
