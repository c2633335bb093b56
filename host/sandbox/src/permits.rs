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

/// The right to run one verification.
pub(crate) struct Permit {
    _all: OwnedSemaphorePermit,
    _component: OwnedSemaphorePermit,
    _receiver: OwnedSemaphorePermit,
}

impl Permits {
    /// A component may hold half of all permits, a Receiver half of a component's: so a Receiver
    /// that floods leaves room for others of its provider, and a provider for other providers.
    pub(crate) fn new(all: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(all.max(1))),
            receivers: Mutex::new(HashMap::new()),
            per_receiver: (all / 4).max(1),
            per_component: (all / 2).max(1),
        }
    }

    pub(crate) fn for_component(&self) -> Arc<Semaphore> {
        Arc::new(Semaphore::new(self.per_component))
    }

    /// Waits for a permit, `patience` at the longest.
    pub(crate) async fn acquire(
        &self,
        receiver: &ReceiverId,
        component: &Arc<Semaphore>,
        patience: Duration,
    ) -> Option<Permit> {
        let receiver = self.of_receiver(receiver);
        let component = Arc::clone(component);
        let all = Arc::clone(&self.all);
        // The narrowest first: who waits for their own kind holds nothing that others need.
        let acquire = async move {
            let receiver = receiver.acquire_owned().await.ok()?;
            let component = component.acquire_owned().await.ok()?;
            let all = all.acquire_owned().await.ok()?;
            Some(Permit {
                _all: all,
                _component: component,
                _receiver: receiver,
            })
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
        if receivers.len() > 2 * self.all.available_permits().max(64) {
            receivers.retain(|_, semaphore| semaphore.strong_count() > 0);
        }
        let semaphore = Arc::new(Semaphore::new(self.per_receiver));
        receivers.insert(id.clone(), Arc::downgrade(&semaphore));
        semaphore
    }
}
