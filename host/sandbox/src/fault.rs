use bellpull_core::Fault;
use bellpull_engine::wasmtime::{self, PoolConcurrencyLimitError, Trap};

use crate::violation::Violation;

/// The fault that an error of a guest's call is. Types decide it, since texts change with versions.
pub(crate) fn fault_of(error: &wasmtime::Error) -> Fault {
    if let Some(stop) = error.downcast_ref::<Violation>() {
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
    // All other errors are values that do not lift: out of bounds, bad UTF-8, over the hostcall fuel,
    // too many handles or forged ones.
    Fault::BadContract
}

/// The error for the log: the chain of its causes without a backtrace of the guest.
pub(crate) fn explain(error: &wasmtime::Error) -> String {
    if let Some(stop) = error.downcast_ref::<Violation>() {
        return stop.to_string();
    }
    if let Some(trap) = error.downcast_ref::<Trap>() {
        return trap.to_string();
    }
    format!("{error:#}")
}
