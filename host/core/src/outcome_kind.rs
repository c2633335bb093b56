use serde::Serialize;

/// The kind of an outcome: a row of the table of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeKind {
    /// See [`Outcome::Notified`](crate::Outcome::Notified).
    Notified,
    /// See [`Outcome::Incomplete`](crate::Outcome::Incomplete).
    Incomplete,
    /// See [`Outcome::Accepted`](crate::Outcome::Accepted).
    Accepted,
    /// See [`Outcome::Ignored`](crate::Outcome::Ignored).
    Ignored,
    /// See [`Outcome::Replied`](crate::Outcome::Replied).
    Replied,
    /// See [`Outcome::Malformed`](crate::Outcome::Malformed).
    Malformed,
    /// See [`Outcome::EncodedBody`](crate::Outcome::EncodedBody).
    EncodedBody,
    /// See [`Outcome::Unauthenticated`](crate::Outcome::Unauthenticated).
    Unauthenticated,
    /// See [`Outcome::Forbidden`](crate::Outcome::Forbidden).
    Forbidden,
    /// See [`Outcome::Limited`](crate::Outcome::Limited).
    Limited,
    /// See [`Outcome::Unknown`](crate::Outcome::Unknown).
    Unknown,
    /// See [`Outcome::WrongMethod`](crate::Outcome::WrongMethod).
    WrongMethod,
    /// See [`Outcome::TooLarge`](crate::Outcome::TooLarge).
    TooLarge,
    /// See [`Outcome::TooSlow`](crate::Outcome::TooSlow).
    TooSlow,
    /// See [`Outcome::Failed`](crate::Outcome::Failed).
    Failed,
    /// See [`Outcome::Unavailable`](crate::Outcome::Unavailable).
    Unavailable,
}

impl OutcomeKind {
    /// Every kind, in the order of the table of answers.
    pub const ALL: [Self; 16] = [
        Self::Notified,
        Self::Incomplete,
        Self::Accepted,
        Self::Ignored,
        Self::Replied,
        Self::Malformed,
        Self::EncodedBody,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::Limited,
        Self::Unknown,
        Self::WrongMethod,
        Self::TooLarge,
        Self::TooSlow,
        Self::Failed,
        Self::Unavailable,
    ];

    /// Those that a record can have: of a path that nobody has there is none.
    pub fn recorded() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|kind| *kind != Self::Unknown)
    }

    /// Whether the delivery has proven itself and nothing went wrong that a repetition would mend.
    #[must_use]
    pub fn is_success(self) -> bool {
        matches!(
            self,
            Self::Notified | Self::Incomplete | Self::Accepted | Self::Ignored | Self::Replied
        )
    }

    /// The name in answers, logs and metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Notified => "notified",
            Self::Incomplete => "incomplete",
            Self::Accepted => "accepted",
            Self::Ignored => "ignored",
            Self::Replied => "replied",
            Self::Malformed => "malformed",
            Self::EncodedBody => "encoded-body",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::Limited => "limited",
            Self::Unknown => "unknown",
            Self::WrongMethod => "wrong-method",
            Self::TooLarge => "too-large",
            Self::TooSlow => "too-slow",
            Self::Failed => "failed",
            Self::Unavailable => "unavailable",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_listed_at_its_own_place() {
        for (place, kind) in OutcomeKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, place, "{kind:?}");
        }
    }
}
