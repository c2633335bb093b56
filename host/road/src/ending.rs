use bellpull_core::{Outcome, UnavailableCause};

/// How the road of a delivery ended: the outcome, and the reason for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Answered to the sender.
    pub outcome: Outcome,
    /// Only logged: it may hold text of a component.
    pub reason: Option<String>,
}

impl Ending {
    /// The delivery cannot be served now.
    #[must_use]
    pub fn unavailable(cause: UnavailableCause) -> Self {
        Outcome::Unavailable(cause).into()
    }

    #[must_use]
    pub fn because(self, reason: impl Into<String>) -> Self {
        let reason = Some(reason.into());
        Self { reason, ..self }
    }
}

impl From<Outcome> for Ending {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            reason: None,
        }
    }
}
