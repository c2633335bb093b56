use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use crate::{Acceptance, Disinterest, Event, WrongFact};

/// A component's verdict on a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The delivery is authentic and has events.
    Accept(Box<Acceptance>),
    /// The delivery is authentic, but not an event that the Receiver acts on.
    Ignore(Box<Disinterest>),
    /// The sender gets this answer, and no target is notified.
    Reply(Response),
}

impl Verdict {
    /// Every fact that was dropped because it does not fit its field.
    pub fn wrong_facts(&self) -> impl Iterator<Item = &WrongFact> {
        let events: &[Event] = match self {
            Self::Accept(acceptance) => &acceptance.events,
            Self::Ignore(told) => told.event.as_slice(),
            Self::Reply(_) => &[],
        };
        events.iter().flat_map(|event| &event.dropped)
    }
}

/// An answer that the component wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// 200..=299.
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

/// Why a component refuses a delivery. The texts are for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The proof is missing or wrong.
    Unauthenticated(String),
    /// The delivery does not have the form that the provider sends.
    Malformed(String),
    /// The proof is too old, or from the future.
    Stale(String),
    /// The keys to verify with could not be fetched.
    Unavailable(String),
    /// The Receiver cannot work as it stands.
    Misconfigured(String),
}

/// How a component failed. Decided by types, never by an error's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// It ran out of time.
    Deadline,
    /// It ran out of memory, tables, instances or handles.
    Memory,
    /// It trapped.
    Trap,
    /// It used up the work that it may ask of the host.
    Budget,
    /// It broke the contract: an accept without the bound checks, an undeclared key, a result out
    /// of bounds.
    BadContract,
    /// The host failed.
    Host,
}

impl Fault {
    /// For metrics, which start at zero.
    pub const ALL: [Self; 6] = [
        Self::Deadline,
        Self::Memory,
        Self::Trap,
        Self::Budget,
        Self::BadContract,
        Self::Host,
    ];

    /// The label in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deadline => "deadline",
            Self::Memory => "memory",
            Self::Trap => "trap",
            Self::Budget => "budget",
            Self::BadContract => "bad_contract",
            Self::Host => "host",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why there is no verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerifyError {
    /// The component refused the delivery.
    Refused(Refusal),
    /// The component failed. The text is for the log.
    Faulted(Fault, String),
    /// No permit became free in time.
    Busy,
    /// The component failed too often and is paused.
    BrokenOff,
}

/// The resources that a verification used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// From permit to verdict.
    pub time: Duration,
    /// The largest size of its linear memory, in bytes.
    pub peak_memory: usize,
}

/// An error in a Receiver, as its component reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// RFC 6901 pointer into `spec`.
    pub at: String,
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = self.at.trim_start_matches('/').replace('/', ".");
        if field.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "spec.{field}: {}", self.message)
        }
    }
}
