use bellpull_core::{Delivery, SecretData};

use crate::cases::{CaseOutcome, CaseResult};

/// A delivery that was derived from an accepted one, and what must become of it.
pub struct Forgery {
    /// What was done to the delivery or to the Secret, for example `flipped x-acme-signature`.
    pub name: String,
    pub delivery: Delivery,
    /// The Secret of the Receiver, if it is not that of the case.
    pub secret: Option<SecretData>,
    pub expected: Expected,
}

const ANSWERED: &str = "a handshake is answered without a proof: it notifies nobody";

/// What must become of a forgery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// It is unauthenticated.
    Unauthenticated,
    /// It is unauthenticated, or cannot be read any more.
    Refused,
    /// It is refused. If it is accepted, the events are those of the case: what was changed says nothing.
    RefusedOrSameEvents,
    /// It is refused. If it is accepted, that is worth a note and no failure.
    RefusedOrNoted(&'static str),
    /// It is no forgery: the result is that of the case.
    AsTheCase,
    /// The Receiver closes.
    NotReady,
}

/// What a result says of a component that was given a forgery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    AsExpected,
    /// It is no failure, and worth a note.
    Noted(&'static str),
    /// What is wrong.
    Failed(String),
}

impl Expected {
    /// The word for it in a table.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::Refused | Self::RefusedOrNoted(_) => "refused",
            Self::RefusedOrSameEvents => "refused or same",
            Self::AsTheCase => "accepted",
            Self::NotReady => "not-ready",
        }
    }

    /// Compares the result of a forgery with what must become of it. `case` is the result of the case.
    #[must_use]
    pub fn judge(self, case: &CaseResult, got: &CaseResult) -> Judgement {
        // The host lets a component reply without the proof only if it has bound handshakes.
        if got.outcome == CaseOutcome::Replied && self != Self::AsTheCase && self != Self::NotReady
        {
            return Judgement::Noted(ANSWERED);
        }
        let refused = [CaseOutcome::Unauthenticated, CaseOutcome::EncodedBody];
        let is_refused = refused.contains(&got.outcome);
        let is_unreadable = [CaseOutcome::Malformed, CaseOutcome::TooLarge].contains(&got.outcome);
        let is_same = got.outcome == case.outcome && got.events() == case.events();
        let is_accepted = got.is_authentic();
        let passed = match self {
            Self::Unauthenticated => is_refused,
            Self::Refused => is_refused || is_unreadable,
            Self::RefusedOrSameEvents => is_refused || is_unreadable || is_same,
            Self::RefusedOrNoted(note) if is_accepted => return Judgement::Noted(note),
            Self::RefusedOrNoted(_) => is_refused || is_unreadable,
            Self::AsTheCase => is_same,
            Self::NotReady => got.outcome == CaseOutcome::NotReady,
        };
        if passed {
            return Judgement::AsExpected;
        }
        let reason = got.reason.as_deref().map(|reason| format!(" ({reason})"));
        let reason = reason.unwrap_or_default();
        let told = format!("expected {}, got {}{reason}", self.as_str(), got.outcome);
        Judgement::Failed(match self {
            Self::AsTheCase => told,
            Self::RefusedOrSameEvents if is_accepted => {
                format!("the events are others, and the proof does not cover them: {told}")
            }
            _ if is_accepted => format!("a forgery was accepted: {told}"),
            _ => told,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(outcome: CaseOutcome) -> CaseResult {
        CaseResult {
            outcome,
            status: 200,
            reason: None,
            class: None,
            acceptance: None,
        }
    }

    fn judged(expected: Expected, got: CaseOutcome) -> Judgement {
        expected.judge(&result(CaseOutcome::Notified), &result(got))
    }

    #[test]
    fn some_results_are_as_expected() {
        use CaseOutcome::{Malformed, NotReady, Notified, TooLarge, Unauthenticated};
        for (expected, got) in [
            (Expected::Unauthenticated, Unauthenticated),
            (Expected::Refused, Unauthenticated),
            (Expected::Refused, Malformed),
            (Expected::Refused, TooLarge),
            (Expected::RefusedOrSameEvents, Unauthenticated),
            (Expected::RefusedOrSameEvents, Notified),
            (Expected::RefusedOrNoted("a note"), Unauthenticated),
            (Expected::AsTheCase, Notified),
            (Expected::NotReady, NotReady),
        ] {
            let judgement = judged(expected, got);
            assert_eq!(judgement, Judgement::AsExpected, "{expected:?} {got}");
        }
    }

    #[test]
    fn others_are_noted_or_failures() {
        use CaseOutcome::{Ignored, Malformed, NotReady, Notified, Unauthenticated, Unavailable};
        for (expected, got, said) in [
            (
                Expected::Unauthenticated,
                Malformed,
                "expected unauthenticated, got malformed",
            ),
            (
                Expected::Refused,
                Notified,
                "a forgery was accepted: expected refused, got notified",
            ),
            (
                Expected::Refused,
                Ignored,
                "a forgery was accepted: expected refused, got ignored",
            ),
            (
                Expected::Refused,
                Unavailable,
                "expected refused, got unavailable",
            ),
            (
                Expected::Refused,
                NotReady,
                "expected refused, got not-ready",
            ),
            (
                Expected::RefusedOrSameEvents,
                Ignored,
                "the events are others, and the proof does not cover them: expected refused or \
                 same, got ignored",
            ),
            (
                Expected::AsTheCase,
                Unauthenticated,
                "expected accepted, got unauthenticated",
            ),
            (
                Expected::NotReady,
                Notified,
                "a forgery was accepted: expected not-ready, got notified",
            ),
        ] {
            let failed = Judgement::Failed(said.to_owned());
            assert_eq!(judged(expected, got), failed, "{expected:?} {got}");
        }
        let noted = judged(Expected::RefusedOrNoted("a note"), Notified);
        assert_eq!(noted, Judgement::Noted("a note"));
        let replied = judged(Expected::Refused, CaseOutcome::Replied);
        assert_eq!(replied, Judgement::Noted(ANSWERED));
    }
}
