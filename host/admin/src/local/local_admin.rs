use std::sync::Arc;

use arc_swap::ArcSwap;
use bellpull_core::{DeliveryId, ReceiverId};
use bellpull_plan::ReceiverState;
use bellpull_ports::{Entry, Host, RouteOf, RoutesOf};
use bellpull_records::RecordStore;
use bellpull_road::{Ending, Road};
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::admin::Answer;
use crate::api::EndedView;
use crate::error::{AdminError, ErrorKind};

/// What the API tells and changes of the process itself.
pub trait Process: Send + Sync + 'static {
    /// The name of its host, in a cluster the pod's.
    fn name(&self) -> String;

    /// Of Bellpull.
    fn version(&self) -> &'static str;

    /// Whether it writes status. `None`: nobody does.
    fn is_leader(&self) -> Option<bool>;

    /// The loaded components, each as JSON.
    ///
    /// # Errors
    /// When they cannot be written as JSON.
    fn plugins(&self) -> serde_json::Result<Vec<Value>>;

    /// The least severity of log lines.
    fn log_level(&self) -> String;

    /// Changes it.
    ///
    /// # Errors
    /// When no level has this name: lists those that there are.
    fn set_log_level(&self, level: &str) -> Result<(), String>;
}

/// The parts of a [`LocalAdmin`].
pub struct LocalParts<H: Host, P> {
    pub host: Arc<H>,
    pub routes: Arc<ArcSwap<RoutesOf<H>>>,
    /// The published states of Receivers, sorted by namespace and name.
    pub receivers: Arc<ArcSwap<Vec<Arc<ReceiverState>>>>,
    pub records: Arc<RecordStore>,
    pub process: P,
    /// Nothing may be changed.
    pub read_only: bool,
}

/// Answers for this process.
pub struct LocalAdmin<H: Host, P> {
    pub(super) parts: LocalParts<H, P>,
    pub(super) road: Road<H>,
    /// Tells the records of this process from those of an earlier one.
    pub(super) boot: DeliveryId,
    /// One filter is tried at a time.
    pub(super) trying: Arc<Semaphore>,
}

impl<H: Host, P: Process> LocalAdmin<H, P> {
    #[must_use]
    pub fn new(parts: LocalParts<H, P>) -> Self {
        Self {
            road: Road::new(Arc::clone(&parts.host)),
            parts,
            boot: DeliveryId::generate(),
            trying: Arc::new(Semaphore::new(1)),
        }
    }

    /// # Errors
    /// When nothing may be changed.
    pub(super) fn may_change(&self) -> Answer<()> {
        if self.parts.read_only {
            let message = "this server changes nothing: it runs with --admin-read-only";
            return Err(AdminError::new(ErrorKind::Forbidden, message));
        }
        Ok(())
    }

    /// The route of a Receiver that is served.
    ///
    /// # Errors
    /// When there is none, or it is not served.
    pub(super) fn route(&self, receiver: &ReceiverId) -> Answer<Arc<RouteOf<H>>> {
        let routes = self.parts.routes.load();
        let mut serving = routes.iter().filter_map(|(_, entry)| match entry {
            Entry::Serving(route) => Some(route),
            Entry::Unavailable { .. } => None,
        });
        if let Some(route) = serving.find(|route| route.bound.id() == receiver) {
            return Ok(Arc::clone(route));
        }
        let state = self.state(receiver)?;
        let message = format!(
            "Receiver {receiver} is not served: {}: {}",
            state.reason, state.message
        );
        Err(AdminError::new(ErrorKind::Conflict, message))
    }

    /// # Errors
    /// When there is no such Receiver.
    pub(super) fn state(&self, receiver: &ReceiverId) -> Answer<Arc<ReceiverState>> {
        let states = self.parts.receivers.load();
        let found = states.iter().find(|state| state.id == *receiver);
        found.cloned().ok_or_else(|| {
            let message = format!("there is no Receiver {receiver}");
            AdminError::new(ErrorKind::NotFound, message)
        })
    }
}

pub(super) fn ended(ending: &Ending) -> EndedView {
    EndedView {
        outcome: ending.outcome.kind().as_str().to_owned(),
        status: ending.outcome.status(),
        message: ending.outcome.message(),
        reason: ending.reason.clone(),
    }
}
