//! The validation request that senders of CloudEvents' webhooks make before they deliver ("HTTP 1.1 Web
//! Hooks for Event Delivery" 1.0.2, section 4).

use bellpull_sdk::{Refusal, Response};

/// The method of the request (section 4.1).
pub(crate) const METHOD: &str = "OPTIONS";
/// The header that names the system that wants to deliver.
pub(crate) const ORIGIN: &str = "webhook-request-origin";
/// The header that says how many requests a minute it wants to send.
pub(crate) const RATE: &str = "webhook-request-rate";

/// Bytes of a DNS name.
const LONGEST: usize = 255;

/// Lets the one origin deliver, as often as it asks to: a delivery is judged by its own proof. What
/// it asks to be called back at is not called: to where, a stranger would say.
///
/// # Errors
/// When there is not one origin that a header can carry.
pub(crate) fn answer(origins: &[Vec<u8>], asks_for_rate: bool) -> Result<Response, Refusal> {
    let [origin] = origins else {
        let why = [ORIGIN, " is not there once"].concat();
        return Err(Refusal::Malformed(why));
    };
    let is_short = (1..=LONGEST).contains(&origin.len());
    let origin = std::str::from_utf8(origin)
        .ok()
        .filter(|origin| is_short && origin.bytes().all(|byte| byte.is_ascii_graphic()))
        .ok_or_else(|| Refusal::Malformed([ORIGIN, " names no origin"].concat()))?;
    let answer = Response::ok(Vec::new())
        .header("allow", "POST, OPTIONS")
        .header("webhook-allowed-origin", origin);
    Ok(if asks_for_rate {
        answer.header("webhook-allowed-rate", "*")
    } else {
        answer
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_origin_may_deliver() {
        let answered = |origin: &str, asks_for_rate| {
            let answer = answer(&[origin.into()], asks_for_rate).unwrap();
            assert_eq!((answer.status, answer.body.len()), (200, 1));
            answer.headers
        };
        let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let allow = ("allow", "POST, OPTIONS");
        let origin = ("webhook-allowed-origin", "ci.example.com");
        assert_eq!(answered("ci.example.com", false), [allow, origin].map(pair));
        assert_eq!(
            answered("ci.example.com", true),
            [allow, origin, ("webhook-allowed-rate", "*")].map(pair)
        );
    }

    #[test]
    fn what_is_not_one_origin_is_malformed() {
        let long = vec![b'a'; LONGEST + 1];
        let table: [&[Vec<u8>]; 6] = [
            &[],
            &[b"a".to_vec(), b"a".to_vec()],
            &[Vec::new()],
            &[long],
            &[b"a b".to_vec()],
            &[vec![0xff]],
        ];
        for origins in table {
            let answer = answer(origins, true);
            assert!(matches!(answer, Err(Refusal::Malformed(_))), "{origins:?}");
        }
    }
}
