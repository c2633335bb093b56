use crate::{
    Acceptance, Digest, Disinterest, Event, Part, Problem, Refusal, ReplyMac, ReplyPart, Response,
    Verdict,
};

impl Verdict {
    /// Authentic and wanted. Takes an event, or an acceptance with an id or a time.
    pub fn accept(told: impl Into<Acceptance>) -> Self {
        Self::Accept(told.into())
    }

    /// Authentic, but only a test of the connection. `kind` is the sender's name for it.
    pub fn ping(kind: &str, reason: &str) -> Self {
        Self::Ignore(Disinterest {
            event: Some(Event::new(kind)),
            ..Disinterest::new("ping", reason)
        })
    }

    /// Authentic, but `spec.events` lists none of its events. For a single event use
    /// [`events::not_listed`](crate::events::not_listed).
    pub fn not_listed(reason: &str) -> Self {
        Self::Ignore(Disinterest::new("not-listed", reason))
    }

    /// Authentic, but nothing has changed.
    pub fn no_change(reason: &str) -> Self {
        Self::Ignore(Disinterest::new("no-change", reason))
    }

    /// Authentic, but of no interest for another reason.
    pub fn ignore(reason: &str) -> Self {
        Self::Ignore(Disinterest::new("other", reason))
    }
}

impl Disinterest {
    /// The reason why a delivery is of no interest: `class` is a word of the contract (`ping`,
    /// `not-listed`, `no-change` or `other`), `reason` a sentence.
    pub fn new(class: &str, reason: &str) -> Self {
        Self {
            class: class.into(),
            reason: reason.into(),
            event: None,
        }
    }
}

impl Refusal {
    /// The refusal of a delivery to a Receiver that has these problems: `misconfigured`, with the message
    /// of the first one.
    pub fn misconfigured(problems: Vec<Problem>) -> Self {
        let first = problems.into_iter().next();
        Self::Misconfigured(first.map(|problem| problem.message).unwrap_or_default())
    }
}

impl Response {
    /// An answer of 200 with this body and without headers.
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            body: vec![ReplyPart::Bytes(body.into())],
            extensions: Vec::new(),
        }
    }

    /// An answer of 200 with this media type. Its body is the concatenation of the parts.
    pub fn of(content_type: &str, body: Vec<ReplyPart>) -> Self {
        Self {
            body,
            ..Self::ok(Vec::new()).header("content-type", content_type)
        }
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

impl ReplyPart {
    /// A text that the component chooses.
    pub fn text(text: &str) -> Self {
        Self::Bytes(text.into())
    }

    /// The HMAC of a message under the current value of `key`, in hexadecimal. The host computes it. Before
    /// the bound checks have succeeded the message must be one piece of the delivery.
    pub fn hex(key: &str, digest: Digest, message: Vec<Part>) -> Self {
        Self::of("hex", key, digest, message)
    }

    /// As [`ReplyPart::hex`], in base64.
    pub fn base64(key: &str, digest: Digest, message: Vec<Part>) -> Self {
        Self::of("base64", key, digest, message)
    }

    fn of(encoding: &str, key: &str, digest: Digest, message: Vec<Part>) -> Self {
        Self::Mac(ReplyMac {
            key: key.into(),
            algorithm: digest.name().into(),
            encoding: encoding.into(),
            message,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_problem_refuses_the_delivery() {
        let problems = vec![Problem::new("/secretRef", "one"), Problem::new("", "two")];
        assert_eq!(
            Refusal::misconfigured(problems),
            Refusal::Misconfigured("one".into())
        );
    }
}
