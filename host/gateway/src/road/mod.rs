//! The road of a delivery, one file per step. Each step takes what the last one gave, and gives the
//! next one more or the [`Ending`].

pub(crate) mod admit;
pub(crate) mod authorize;
pub(crate) mod memory;
pub(crate) mod notify;
pub(crate) mod read;
pub(crate) mod resolve;
pub(crate) mod select;
pub(crate) mod verify;

use bellpull_core::{Outcome, UnavailableCause};

/// How the road ended.
#[derive(Debug)]
pub(crate) struct Ending {
    pub(crate) outcome: Outcome,
    /// For the log alone: may hold a component's text.
    pub(crate) reason: Option<String>,
    /// Whether what is left of the body is not worth reading, so that the connection must end.
    pub(crate) close: bool,
}

impl Ending {
    pub(crate) fn unavailable(cause: UnavailableCause) -> Self {
        Outcome::Unavailable(cause).into()
    }

    pub(crate) fn because(self, reason: impl Into<String>) -> Self {
        let reason = Some(reason.into());
        Self { reason, ..self }
    }

    pub(crate) fn closing(self) -> Self {
        let close = true;
        Self { close, ..self }
    }
}

impl From<Outcome> for Ending {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            reason: None,
            close: false,
        }
    }
}
