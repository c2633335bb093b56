use std::sync::Arc;

use bellpull_core::http::Method;
use bellpull_core::{Delivery, limits};
use bellpull_ports::{EntryOf, Host};
use bellpull_turns::Turns;
use tokio::time::Instant;

use crate::admit::admit;
use crate::authorize::authorize;
use crate::notify::notify;
use crate::resolve::resolve;
use crate::select::select;
use crate::verify::verify;
use crate::{Admitted, Arrived, Authorized, Ending, Observe, Passage, Selected, Told};

/// The road on which every delivery to a host travels.
pub struct Road<H> {
    host: Arc<H>,
    /// Filters that take long, in turns.
    long_filters: Turns,
}

impl<H: Host> Road<H> {
    /// The road of `host`.
    #[must_use]
    pub fn new(host: Arc<H>) -> Self {
        Self {
            host,
            long_filters: Turns::new(limits::LONG_FILTERS),
        }
    }

    /// What the road is built on.
    #[must_use]
    pub fn host(&self) -> &H {
        &self.host
    }

    /// Decides without the body whether a delivery is taken in. `length`: that of its body, where it
    /// is known; `max_body`: the longest that is taken; both in bytes.
    ///
    /// # Errors
    /// How the delivery ends that is not.
    pub fn admit(
        &self,
        entry: EntryOf<H>,
        method: &Method,
        length: Option<u64>,
        max_body: usize,
    ) -> Result<Admitted<H>, Ending> {
        admit(entry, method, length, max_body, self.host())
    }

    /// Takes in a delivery that is whole, and that is answered by `deadline` at the latest.
    ///
    /// # Errors
    /// How the delivery ends that is not taken in.
    pub fn arrive(
        &self,
        entry: EntryOf<H>,
        delivery: Arc<Delivery>,
        max_body: usize,
        deadline: Instant,
    ) -> Result<Passage<H, Arrived>, Ending> {
        let length = u64::try_from(delivery.body.len()).ok();
        let admitted = self.admit(entry, &delivery.method, length, max_body)?;
        Ok(admitted.arrive(delivery, None, deadline))
    }

    /// Finds out who has sent the delivery, and whether they may ring.
    ///
    /// # Errors
    /// How the delivery ends that proves neither, or is of no interest.
    pub async fn prove(
        &self,
        passage: Passage<H, Arrived>,
        observer: &mut impl Observe,
    ) -> Result<Passage<H, Authorized>, Ending> {
        let accepted = verify(passage, self.host(), observer).await?;
        authorize(accepted, self.host(), observer)
    }

    /// Chooses whom to notify.
    ///
    /// # Errors
    /// How the delivery ends of which that cannot be told.
    pub async fn choose(
        &self,
        passage: Passage<H, Authorized>,
        observer: &mut impl Observe,
    ) -> Result<Passage<H, Selected>, Ending> {
        let resolved = resolve(passage, self.host()).await?;
        select(resolved, self.host(), &self.long_filters, observer).await
    }

    /// The whole road of a delivery that is whole.
    ///
    /// # Errors
    /// How it ends before anybody is notified.
    pub async fn walk(
        &self,
        passage: Passage<H, Arrived>,
        observer: &mut impl Observe,
    ) -> Result<Told, Ending> {
        let proven = self.prove(passage, observer).await?;
        let chosen = self.choose(proven, observer).await?;
        notify(chosen, self.host()).await
    }
}
