use std::sync::Arc;

use bellpull_core::http::Method;
use bellpull_core::{Acceptance, Delivery, DeliveryClient, Target, limits};
use bellpull_fair_slots::FairSlots;
use bellpull_ports::{EntryOf, Host, RouteOf};
use tokio::time::Instant;

use crate::admit::admit;
use crate::authorize::authorize;
use crate::encoded_body::{is_encoded, of_encoded_body};
use crate::notify::notify;
use crate::resolve::resolve;
use crate::select::{select, select_all};
use crate::verify::verify;
use crate::{Admitted, Arrived, Authorized, Ending, Notified, Observe, Selected, Staged, Step};

/// The road that every delivery to a host takes.
pub struct Road<H> {
    host: Arc<H>,
    /// The threads for filters that take long.
    long_filters: FairSlots,
}

impl<H: Host> Road<H> {
    #[must_use]
    pub fn new(host: Arc<H>) -> Self {
        Self {
            host,
            long_filters: FairSlots::new(limits::LONG_FILTERS),
        }
    }

    #[must_use]
    pub fn host(&self) -> &H {
        &self.host
    }

    /// Decides without the body whether a delivery is admitted.
    ///
    /// `length` is the length of the body, if it is known. `max_body` is the longest body that is
    /// admitted. Both are in bytes. `client` is where the delivery comes from; `None` for one that is
    /// replayed.
    ///
    /// # Errors
    /// When the delivery is not admitted.
    pub fn admit(
        &self,
        entry: EntryOf<H>,
        method: &Method,
        length: Option<u64>,
        max_body: usize,
        client: Option<&DeliveryClient>,
    ) -> Result<Admitted<H>, Ending> {
        admit(entry, method, length, max_body, client, self.host())
    }

    /// Admits a complete delivery. It is answered by `deadline`. A delivery without an address is one
    /// that is replayed.
    ///
    /// # Errors
    /// When the delivery is not admitted.
    pub fn arrive(
        &self,
        entry: EntryOf<H>,
        delivery: Arc<Delivery>,
        max_body: usize,
        deadline: Instant,
    ) -> Result<Staged<H, Arrived>, Ending> {
        let length = u64::try_from(delivery.body.len()).ok();
        let client = Some(&delivery.client).filter(|client| client.address.is_some());
        let admitted = self.admit(entry, &delivery.method, length, max_body, client)?;
        Ok(admitted.arrive(delivery, None, deadline))
    }

    /// Verifies the delivery, and checks that its sender is authorized.
    ///
    /// # Errors
    /// When the delivery is not verified, not authorized, or ignored.
    pub async fn prove(
        &self,
        arrived: Staged<H, Arrived>,
        observer: &mut impl Observe,
    ) -> Result<Staged<H, Authorized>, Ending> {
        observer.begins(Step::Verify);
        let accepted = verify(arrived, self.host(), observer).await?;
        observer.begins(Step::Authorize);
        authorize(accepted, self.host(), observer)
    }

    /// Selects the targets to notify.
    ///
    /// # Errors
    /// When the targets cannot be told.
    pub async fn choose(
        &self,
        authorized: Staged<H, Authorized>,
        observer: &mut impl Observe,
    ) -> Result<Staged<H, Selected>, Ending> {
        observer.begins(Step::Resolve);
        let resolved = resolve(authorized, self.host()).await?;
        observer.begins(Step::Select);
        select(resolved, self.host(), &self.long_filters, observer).await
    }

    /// Goes on with a delivery whose sender was authorized before, as `acceptance` tells. It is answered by
    /// `deadline`.
    #[must_use]
    pub fn resume(
        &self,
        route: Arc<RouteOf<H>>,
        delivery: Arc<Delivery>,
        acceptance: Arc<Acceptance>,
        deadline: Instant,
    ) -> Staged<H, Authorized> {
        Staged {
            route,
            delivery,
            deadline,
            reservation: None,
            stage: Authorized { acceptance },
        }
    }

    /// Selects every object that the Receiver references and that is among `wanted`, whatever filters and
    /// `matchEvent` say. `None`: all, and a reference that names nothing counts as unreachable.
    ///
    /// # Errors
    /// When the targets cannot be told.
    pub async fn choose_all(
        &self,
        authorized: Staged<H, Authorized>,
        wanted: Option<impl Fn(&Target) -> bool>,
    ) -> Result<Staged<H, Selected>, Ending> {
        let resolved = resolve(authorized, self.host()).await?;
        Ok(select_all(resolved, wanted))
    }

    /// Notifies the selected targets, and waits for them until the deadline of the answer.
    ///
    /// # Errors
    /// When too many targets wait for their notification.
    pub async fn notify(&self, selected: Staged<H, Selected>) -> Result<Notified, Ending> {
        notify(selected, self.host()).await
    }

    /// Takes a complete delivery along the whole road.
    ///
    /// # Errors
    /// When the road ends before a target is notified.
    pub async fn walk(
        &self,
        arrived: Staged<H, Arrived>,
        observer: &mut impl Observe,
    ) -> Result<Notified, Ending> {
        let encoded = is_encoded(arrived.delivery());
        let walked = async {
            let authorized = self.prove(arrived, observer).await?;
            let selected = self.choose(authorized, observer).await?;
            observer.begins(Step::Notify);
            self.notify(selected).await
        };
        walked.await.map_err(|ending| match encoded {
            true => of_encoded_body(ending),
            false => ending,
        })
    }
}
