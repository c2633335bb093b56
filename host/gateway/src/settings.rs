use std::num::NonZeroU32;
use std::time::Duration;

use bellpull_core::{Networks, limits};

use crate::listener::ProxyProtocol;

/// The settings of the gateway. The defaults are those of [`bellpull_core::limits`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewaySettings {
    /// The longest body of a delivery, in bytes.
    pub max_body: usize,
    /// The memory of all deliveries in hand, in bytes: bodies, heads, and what later steps make of
    /// them. It is at least twice `max_body`, so that the longest body fits into the share of one
    /// Receiver.
    pub max_bodies_in_flight: usize,
    /// The most connections that are open at once. For one more, the connections that have waited
    /// longest for their peers end. When every connection is at work, the new one waits in the
    /// kernel's queue.
    pub max_connections: usize,
    /// How long a connection may be open without a request in hand: silent, in the middle of a
    /// header section, or idle between requests.
    pub header_timeout: Duration,
    /// How long a body may take to arrive.
    pub read_timeout: Duration,
    /// A delivery is answered within this time after its last byte.
    pub answer_deadline: Duration,
    /// How long serving goes on after a drain has begun, since load balancers lag.
    pub drain_delay: Duration,
    /// How long the deliveries in hand may then take to finish.
    pub drain_timeout: Duration,
    /// Which peers begin a connection with a header of the PROXY protocol.
    pub proxy_protocol: ProxyProtocol,
    /// The proxies whose word is taken about where a request comes from.
    pub trusted_proxies: Networks,
    /// How many deliveries that prove nothing one address may send within a minute. `None`: any number.
    pub unproven_per_minute: Option<NonZeroU32>,
    /// Whether answers have the status codes and the empty bodies of Flux's
    /// notification-controller.
    pub flux_status_codes: bool,
}

impl GatewaySettings {
    /// The memory of all deliveries in hand, in bytes.
    #[must_use]
    pub fn body_memory(&self) -> usize {
        let least = self.max_body.saturating_mul(2);
        self.max_bodies_in_flight.max(least)
    }
}

impl Default for GatewaySettings {
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
            proxy_protocol: ProxyProtocol::Off,
            trusted_proxies: Networks::default(),
            unproven_per_minute: None,
            flux_status_codes: false,
        }
    }
}
