use bellpull_core::OutcomeKind;
use maud::{Markup, html};

/// What an outcome means for whoever looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tone {
    /// It did what it was for.
    Done,
    /// It is authentic, and of no interest.
    Ignored,
    /// It was refused.
    Refused,
    /// Somebody has to look.
    Failed,
}

impl Tone {
    /// The class of elements.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Ignored => "ignored",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// What it means.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Done => "notified, accepted or replied",
            Self::Ignored => "ignored",
            Self::Refused => "refused",
            Self::Failed => "incomplete, failed or unavailable",
        }
    }
}

/// The outcomes that a record can have.
pub(crate) const RECORDED: [(OutcomeKind, Tone); 15] = [
    (OutcomeKind::Notified, Tone::Done),
    (OutcomeKind::Accepted, Tone::Done),
    (OutcomeKind::Replied, Tone::Done),
    (OutcomeKind::Ignored, Tone::Ignored),
    (OutcomeKind::Unauthenticated, Tone::Refused),
    (OutcomeKind::Forbidden, Tone::Refused),
    (OutcomeKind::Limited, Tone::Refused),
    (OutcomeKind::Malformed, Tone::Refused),
    (OutcomeKind::EncodedBody, Tone::Refused),
    (OutcomeKind::WrongMethod, Tone::Refused),
    (OutcomeKind::TooLarge, Tone::Refused),
    (OutcomeKind::TooSlow, Tone::Refused),
    (OutcomeKind::Incomplete, Tone::Failed),
    (OutcomeKind::Failed, Tone::Failed),
    (OutcomeKind::Unavailable, Tone::Failed),
];

/// Of one that another version of a replica knows, somebody has to look.
pub(crate) fn tone(outcome: &str) -> Tone {
    let known = RECORDED.iter().find(|(kind, _)| kind.as_str() == outcome);
    known.map_or(Tone::Failed, |(_, tone)| *tone)
}

/// The name of an outcome.
pub(crate) fn badge(outcome: &str) -> Markup {
    html! {
        span class={ "badge " (tone(outcome).class()) } { (outcome) }
    }
}
