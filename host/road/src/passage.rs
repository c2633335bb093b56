use std::sync::Arc;

use bellpull_core::Delivery;
use bellpull_ports::{Host, RouteOf};
use tokio::time::Instant;

use crate::Room;

/// A delivery on the road of a host, and what the last step has made of it.
pub struct Passage<H: Host, S> {
    pub(crate) route: Arc<RouteOf<H>>,
    pub(crate) delivery: Arc<Delivery>,
    /// When it is answered at the latest.
    pub(crate) deadline: Instant,
    /// What it holds of the memory of all deliveries; `None`: nothing is shared.
    pub(crate) room: Option<Room>,
    pub(crate) stage: S,
}

impl<H: Host, S> Passage<H, S> {
    /// The Receiver that it goes to.
    pub fn route(&self) -> &Arc<RouteOf<H>> {
        &self.route
    }

    /// The delivery.
    pub fn delivery(&self) -> &Arc<Delivery> {
        &self.delivery
    }

    pub(crate) fn map<T>(self, next: impl FnOnce(S) -> T) -> Passage<H, T> {
        let Self {
            route,
            delivery,
            deadline,
            room,
            stage,
        } = self;
        Passage {
            route,
            delivery,
            deadline,
            room,
            stage: next(stage),
        }
    }
}
