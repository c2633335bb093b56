use std::time::Duration;

use bellpull_core::limits;

/// What an operator may set. The defaults are those of [`bellpull_core::limits`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Body of one delivery, bytes.
    pub max_body: usize,
    /// Deliveries held at once, bytes: bodies, heads, and what is made of them. Counts as at least
    /// twice `max_body`, since the largest body is to fit into the share of one Receiver.
    pub max_bodies_in_flight: usize,
    /// Connections open at once. A further one takes the place of those that have waited longest for
    /// their peers; where each is at work, it waits in the kernel's queue.
    pub max_connections: usize,
    /// How long a connection may be open without a request in hand: silent, in the middle of a
    /// header section, or idle between requests.
    pub header_timeout: Duration,
    /// How long one body may take to arrive.
    pub read_timeout: Duration,
    /// How long after its last byte a delivery is answered at the latest.
    pub answer_deadline: Duration,
    /// How long to serve on after the call to drain, since load balancers lag.
    pub drain_delay: Duration,
    /// How long to finish what is in hand after that.
    pub drain_timeout: Duration,
    /// Whether to answer with the status codes and the empty bodies of Flux's
    /// notification-controller.
    pub flux_status_codes: bool,
}

impl Settings {
    /// The memory of all deliveries in hand, bytes.
    #[must_use]
    pub fn body_memory(&self) -> usize {
        let least = self.max_body.saturating_mul(2);
        self.max_bodies_in_flight.max(least)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_body: limits::MAX_BODY,
            max_bodies_in_flight: limits::MAX_BODIES_IN_FLIGHT,
            max_connections: limits::MAX_CONNECTIONS,
            header_timeout: limits::HEADER_TIMEOUT,
            read_timeout: limits::READ_TIMEOUT,
            answer_deadline: limits::ANSWER_DEADLINE,
            drain_delay: limits::DRAIN_DELAY,
            drain_timeout: limits::DRAIN_TIMEOUT,
            flux_status_codes: false,
        }
    }
}
