use std::time::Duration;

use bellpull_core::limits;

/// Limits and habits of the gateway.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Body of a delivery, bytes.
    pub max_body: usize,
    /// Bodies held at once, bytes.
    pub max_bodies_in_flight: usize,
    /// Connections open at once.
    pub max_connections: usize,
    /// Until the headers of a request are there; also how long a connection may be idle.
    pub header_timeout: Duration,
    /// Until the body of a request is there.
    pub read_timeout: Duration,
    /// From the whole body to the answer.
    pub answer_deadline: Duration,
    /// Serving on after the signal.
    pub drain_delay: Duration,
    /// Finishing what is in hand after that.
    pub drain_timeout: Duration,
    /// Whether to answer as Flux does.
    pub flux_status_codes: bool,
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
