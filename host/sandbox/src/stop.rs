use bellpull_core::Fault;
use bellpull_engine::wasmtime::{self, PoolConcurrencyLimitError, Trap};

/// Why the host ended a guest's call.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Stop {
    /// Out of what it may make the host do.
    #[error("budget of {0} spent")]
    Budget(&'static str),
    /// Against the contract.
    #[error("against the contract: {0}")]
    BadContract(String),
    /// Out of memory or tables.
    #[error("{what} would grow to {wanted}, at most {limit} are allowed")]
    Memory {
        /// What grew.
        what: &'static str,
        /// To how much.
        wanted: usize,
        /// The limit.
        limit: usize,
    },
    /// Out of time.
    #[error("no verdict after {0} ms")]
    Deadline(u128),
}

impl Stop {
    pub(crate) fn contract(text: impl Into<String>) -> Self {
        Self::BadContract(text.into())
    }

    fn fault(&self) -> Fault {
        match self {
            Self::Budget(_) => Fault::Budget,
            Self::BadContract(_) => Fault::BadContract,
            Self::Memory { .. } => Fault::Memory,
            Self::Deadline(_) => Fault::Deadline,
        }
    }
}

/// Which fault an error of a guest's call is. Decided by types: texts change with versions.
pub(crate) fn classify(error: &wasmtime::Error) -> Fault {
    if let Some(stop) = error.downcast_ref::<Stop>() {
        return stop.fault();
    }
    if let Some(trap) = error.downcast_ref::<Trap>() {
        return match trap {
            Trap::Interrupt => Fault::Deadline,
            Trap::OutOfFuel => Fault::Budget,
            Trap::AllocationTooLarge => Fault::Memory,
            _ => Fault::Trap,
        };
    }
    if error.downcast_ref::<PoolConcurrencyLimitError>().is_some() {
        return Fault::Host;
    }
    // What is left are values that do not lift: out of bounds, bad UTF-8, over the hostcall fuel,
    // too many or forged handles.
    Fault::BadContract
}

/// What goes to the log: the chain of causes without a backtrace of the guest.
pub(crate) fn describe(error: &wasmtime::Error) -> String {
    if let Some(stop) = error.downcast_ref::<Stop>() {
        return stop.to_string();
    }
    if let Some(trap) = error.downcast_ref::<Trap>() {
        return trap.to_string();
    }
    format!("{error:#}")
}
