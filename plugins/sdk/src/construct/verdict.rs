use crate::{
    Acceptance, Digest, Disinterest, Event, Part, Problem, Refusal, ReplyMac, ReplyPart, Response,
    Verdict,
};

impl Verdict {
    /// Authentic and wanted: an event, or an acceptance with what is known besides.
    pub fn accept(told: impl Into<Acceptance>) -> Self {
        Self::Accept(told.into())
    }

    /// Authentic, and it only asks whether somebody answers. `kind` is the sender's name for it.
    pub fn ping(kind: &str, reason: &str) -> Self {
        Self::Ignore(Disinterest {
            event: Some(Event::new(kind)),
            ..Disinterest::new("ping", reason)
        })
    }

    /// Authentic, of a kind that `spec.events` does not list: see
    /// [`events::not_listed`](crate::events::not_listed).
    pub fn not_listed(reason: &str) -> Self {
        Self::Ignore(Disinterest::new("not-listed", reason))
    }

    /// Authentic, and it tells of no change.
    pub fn no_change(reason: &str) -> Self {
        Self::Ignore(Disinterest::new("no-change", reason))
    }

    /// Authentic, and of no interest for another reason.
    pub fn ignore(reason: &str) -> Self {
        Self::Ignore(Disinterest::new("other", reason))
    }
}

impl Disinterest {
    /// Why a delivery is of no interest: by a word of the contract and in a sentence.
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
    /// An answer of 200 with this body, and no header.
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            body: vec![ReplyPart::Bytes(body.into())],
            extensions: Vec::new(),
        }
    }

    /// An answer of 200 of this media type, whose body is these parts one after another.
    pub fn of(content_type: &str, body: Vec<ReplyPart>) -> Self {
        Self {
            body,
            ..Self::ok(Vec::new()).header("content-type", content_type)
        }
    }

    /// The same with another header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

impl ReplyPart {
    /// This text.
    pub fn text(text: &str) -> Self {
        Self::Bytes(text.into())
    }

    /// The HMAC of the message under the current value of `key`, which the host computes, in
    /// hexadecimal. Before the bound checks the message is one piece of the delivery.
    pub fn hex(key: &str, digest: Digest, message: Vec<Part>) -> Self {
        Self::of("hex", key, digest, message)
    }

    /// The same in base64.
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
