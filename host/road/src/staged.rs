use std::sync::Arc;

use bellpull_core::Delivery;
use bellpull_ports::{Host, RouteOf};
use tokio::time::Instant;

use crate::Reservation;

/// A delivery on the road of a host, at stage `S`.
pub struct Staged<H: Host, S> {
    pub(crate) route: Arc<RouteOf<H>>,
    pub(crate) delivery: Arc<Delivery>,
    /// The delivery is answered by then.
    pub(crate) deadline: Instant,
    /// What it holds of the memory of all deliveries. `None`: memory is not shared.
    pub(crate) reservation: Option<Reservation>,
    pub(crate) stage: S,
}

impl<H: Host, S> Staged<H, S> {
    pub fn route(&self) -> &Arc<RouteOf<H>> {
        &self.route
    }

    pub fn delivery(&self) -> &Arc<Delivery> {
        &self.delivery
    }

    pub(crate) fn map<T>(self, next: impl FnOnce(S) -> T) -> Staged<H, T> {
        let Self {
            route,
            delivery,
            deadline,
            reservation,
            stage,
        } = self;
        Staged {
            route,
            delivery,
            deadline,
            reservation,
            stage: next(stage),
        }
    }
}
