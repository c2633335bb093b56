use std::net::IpAddr;
use std::sync::Arc;

use bellpull_api::ALLOW_FROM_ANNOTATION;
use bellpull_core::http::Method;
use bellpull_core::{
    Delivery, DeliveryClient, Networks, Notify as _, Outcome, ReceiverId, UnavailableCause,
};
use bellpull_ports::{Entry, EntryOf, Host, RouteOf};
use tokio::time::Instant;

use crate::{Ending, Reservation, Staged};

/// The permission to send a delivery to a Receiver.
pub struct Admitted<H: Host> {
    route: Arc<RouteOf<H>>,
}

/// The stage of a complete delivery.
#[derive(Debug)]
pub struct Arrived(());

/// Decides without the body whether a delivery is admitted. `length` is `None` for a chunked body.
pub(crate) fn admit<H: Host>(
    entry: EntryOf<H>,
    method: &Method,
    length: Option<u64>,
    max_body: usize,
    client: Option<&DeliveryClient>,
    host: &H,
) -> Result<Admitted<H>, Ending> {
    let route = match entry {
        Entry::Serving(route) => route,
        Entry::Unavailable { reason, .. } => {
            return Err(Ending::unavailable(UnavailableCause::NotReady).because(reason));
        }
    };
    if let (Some(client), Some(allowed)) = (client, &route.bound.object.allow_from) {
        check_address(client.address, allowed)
            .map_err(|why| Ending::from(Outcome::Forbidden).because(why))?;
    }
    let methods = &route.bound.binding.methods;
    if !methods.allows(method) {
        let allow = methods.allow_header();
        return Err(Outcome::WrongMethod { allow }.into());
    }
    if !host.notifier().has_room(route.bound.id()) {
        return Err(Ending::unavailable(UnavailableCause::Pending));
    }
    let limit = max_body;
    let fits = |length| usize::try_from(length).is_ok_and(|length| length <= limit);
    if !length.is_none_or(fits) {
        return Err(Outcome::TooLarge { limit }.into());
    }
    Ok(Admitted { route })
}

fn check_address(address: Option<IpAddr>, allowed: &Networks) -> Result<(), String> {
    match address {
        Some(address) if allowed.contain(address) => Ok(()),
        Some(address) => Err(format!(
            "{address} is not in {ALLOW_FROM_ANNOTATION}: if it is the address of a proxy, name the \
             proxy in --trusted-proxies"
        )),
        None => Err(format!(
            "the proxies do not tell where it comes from, and {ALLOW_FROM_ANNOTATION} is set"
        )),
    }
}

impl<H: Host> Admitted<H> {
    #[must_use]
    pub fn receiver(&self) -> &ReceiverId {
        self.route.bound.id()
    }

    /// The delivery is complete, and is answered by `deadline`. Later steps grow its `reservation`,
    /// if memory is shared.
    pub fn arrive(
        self,
        delivery: Arc<Delivery>,
        reservation: Option<Reservation>,
        deadline: Instant,
    ) -> Staged<H, Arrived> {
        Staged {
            route: self.route,
            delivery,
            deadline,
            reservation,
            stage: Arrived(()),
        }
    }
}

/// For a delivery that is taken along the road again.
impl<H: Host> Clone for Staged<H, Arrived> {
    fn clone(&self) -> Self {
        Self {
            route: Arc::clone(&self.route),
            delivery: Arc::clone(&self.delivery),
            deadline: self.deadline,
            reservation: self.reservation.clone(),
            stage: Arrived(()),
        }
    }
}
