use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use bellpull_core::ReceiverId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Permits for verifications: of each Receiver, under those of each component, under all.
pub(crate) struct Permits {
    all: Arc<Semaphore>,
    receivers: Mutex<HashMap<ReceiverId, Weak<Semaphore>>>,
    per_receiver: usize,
    per_component: usize,
}

/// Receivers whose permits are kept without a look at which are still held.
const FORGET_ABOVE: usize = 256;

/// The right to run one verification.
pub(crate) struct Permit(#[expect(dead_code, reason = "held, not read")] [OwnedSemaphorePermit; 4]);

impl Permits {
    /// A component may hold half of all permits, or of its class's, and a Receiver half of a
    /// component's: so a Receiver that floods leaves room for others of its provider, and a provider
    /// for other providers.
    pub(crate) fn new(all: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(all.max(1))),
            receivers: Mutex::new(HashMap::new()),
            per_receiver: (all / 4).max(1),
            per_component: (all / 2).max(1),
        }
    }

    pub(crate) fn for_component(&self, of_class: usize) -> Arc<Semaphore> {
        let half = (of_class / 2).max(1);
        Arc::new(Semaphore::new(self.per_component.min(half)))
    }

    /// Waits for a permit, `patience` at the longest.
    pub(crate) async fn acquire(
        &self,
        receiver: &ReceiverId,
        component: &Arc<Semaphore>,
        class: &Arc<Semaphore>,
        patience: Duration,
    ) -> Option<Permit> {
        let receiver = self.of_receiver(receiver);
        let (component, class) = (Arc::clone(component), Arc::clone(class));
        let all = Arc::clone(&self.all);
        // The narrowest first: who waits for their own kind holds nothing that others need.
        let acquire = async move {
            Some(Permit([
                receiver.acquire_owned().await.ok()?,
                component.acquire_owned().await.ok()?,
                class.acquire_owned().await.ok()?,
                all.acquire_owned().await.ok()?,
            ]))
        };
        tokio::time::timeout(patience, acquire).await.ok().flatten()
    }

    fn of_receiver(&self, id: &ReceiverId) -> Arc<Semaphore> {
        let mut receivers = self
            .receivers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(semaphore) = receivers.get(id).and_then(Weak::upgrade) {
            return semaphore;
        }
        if receivers.len() > FORGET_ABOVE {
            receivers.retain(|_, semaphore| semaphore.strong_count() > 0);
        }
        let semaphore = Arc::new(Semaphore::new(self.per_receiver));
        receivers.insert(id.clone(), Arc::downgrade(&semaphore));
        semaphore
    }
}
