use std::net::IpAddr;

use bellpull_core::{DeliveryId, IgnoreClass, OutcomeKind, ReceiverId};

/// How a traced delivery has ended: what its line in the log says.
pub struct TracedEnd<'a> {
    pub delivery: &'a DeliveryId,
    pub receiver: &'a ReceiverId,
    pub provider: Option<&'a str>,
    pub client: Option<IpAddr>,
    pub outcome: OutcomeKind,
    /// Of the answer, an HTTP status.
    pub status: u16,
    pub class: Option<IgnoreClass>,
    /// Printable text.
    pub reason: Option<&'a str>,
    /// Bytes of the body.
    pub body: usize,
    /// `None`: the delivery was not accepted.
    pub events: Option<usize>,
    pub targets: usize,
}
