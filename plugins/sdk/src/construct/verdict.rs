use crate::{Acceptance, Disinterest, ReplyPart, Response, Verdict};

impl Verdict {
    /// Authentic and wanted: an event, or an acceptance with what is known besides.
    pub fn accept(told: impl Into<Acceptance>) -> Self {
        Self::Accept(told.into())
    }

    /// Authentic, and it only asks whether somebody answers.
    pub fn ping(reason: &str) -> Self {
        Self::Ignore(Disinterest::new("ping", reason))
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
}
