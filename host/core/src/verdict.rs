use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use crate::{Acceptance, Disinterest, Event, WrongFact};

/// What a component says of a delivery that it could judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Authentic and wanted.
    Accept(Box<Acceptance>),
    /// Authentic and of no interest.
    Ignore(Box<Disinterest>),
    /// Answer the sender; notify nobody.
    Reply(Response),
}

impl Verdict {
    /// What was said of the delivery and is not what it should be.
    pub fn wrong_facts(&self) -> impl Iterator<Item = &WrongFact> {
        let events: &[Event] = match self {
            Self::Accept(acceptance) => &acceptance.events,
            Self::Ignore(told) => told.event.as_slice(),
            Self::Reply(_) => &[],
        };
        events.iter().flat_map(|event| &event.dropped)
    }
}

/// An answer in the component's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// 200..=299.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

/// Why a component does not accept a delivery. Reasons are for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No proof, or a wrong one.
    Unauthenticated(String),
    /// Not what this provider sends.
    Malformed(String),
    /// Signed, but too old or too new.
    Stale(String),
    /// Keys could not be had.
    Unavailable(String),
    /// The Receiver cannot work as it stands.
    Misconfigured(String),
}

/// How a component failed. Decided by types, never by an error's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Out of time.
    Deadline,
    /// Out of memory, tables, instances or handles.
    Memory,
    /// A trap of its own.
    Trap,
    /// Out of what it may make the host do.
    Budget,
    /// Against the contract: an unbound accept, an undeclared key, a result out of bounds.
    BadContract,
    /// The host could not do its part.
    Host,
}

impl Fault {
    /// Every fault, for metrics that start at zero.
    pub const ALL: [Self; 6] = [
        Self::Deadline,
        Self::Memory,
        Self::Trap,
        Self::Budget,
        Self::BadContract,
        Self::Host,
    ];

    /// Metric label.
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
    /// The component said no.
    Refused(Refusal),
    /// The component failed; the text is for the log.
    Faulted(Fault, String),
    /// No permit came free in time.
    Busy,
    /// The component failed too often and rests.
    BrokenOff,
}

/// What a verification took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// From permit to verdict.
    pub time: Duration,
    /// Linear memory at its largest, bytes.
    pub peak_memory: usize,
}

/// Something that is wrong with a Receiver, in its component's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// RFC 6901 pointer into `spec`.
    pub at: String,
    /// What is wrong.
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
