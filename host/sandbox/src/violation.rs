use bellpull_core::Fault;

/// Why the host ended a guest's call.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Violation {
    /// The guest has spent what the host does for one call.
    #[error("budget of {0} spent")]
    Budget(&'static str),
    /// The guest broke the contract.
    #[error("against the contract: {0}")]
    BadContract(String),
    /// The guest asked for more memory, table elements or handles than it may have.
    #[error("{what} would grow to {wanted}, at most {limit} are allowed")]
    Memory {
        what: &'static str,
        wanted: usize,
        limit: usize,
    },
    /// The guest has used up its time, in milliseconds.
    #[error("no verdict after {0} ms")]
    Deadline(u128),
}

impl Violation {
    pub(crate) fn contract(text: impl Into<String>) -> Self {
        Self::BadContract(text.into())
    }

    pub(crate) fn fault(&self) -> Fault {
        match self {
            Self::Budget(_) => Fault::Budget,
            Self::BadContract(_) => Fault::BadContract,
            Self::Memory { .. } => Fault::Memory,
            Self::Deadline(_) => Fault::Deadline,
        }
    }
}
