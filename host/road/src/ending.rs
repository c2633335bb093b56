use bellpull_core::{Outcome, UnavailableCause};

/// How the road ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// What the sender is told.
    pub outcome: Outcome,
    /// For the log alone: may hold a component's text.
    pub reason: Option<String>,
}

impl Ending {
    /// The end of a delivery that cannot be taken now.
    #[must_use]
    pub fn unavailable(cause: UnavailableCause) -> Self {
        Outcome::Unavailable(cause).into()
    }

    /// The same, with why.
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
