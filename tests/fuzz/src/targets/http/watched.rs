//! A host that judges what it does: what is accepted must be genuine, and nothing else notifies.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bellpull::offline::OfflineHost;
use bellpull_core::{
    Delivery, Notification, Notify, Progress, ReceiverId, Target, Usage, Verdict, VerifyError,
};
use bellpull_filter::CelFilters;
use bellpull_folder::FolderTargets;
use bellpull_ports::{BoundReceiver, Host, Verify};
use bellpull_sandbox::{LoadedComponent, Sandbox};

use super::genuine::{Proof, may_be_genuine};

/// The Receiver that takes deliveries from a network alone.
pub(super) const FENCED: &str = "fenced";
/// That network begins so.
const FENCE: &str = "192.0.2.";

/// The verifier that serves, watched.
pub(super) struct Watched {
    pub(super) offline: OfflineHost,
    pub(super) watch: Watch,
}

/// What has been accepted, and what was notified.
pub(super) struct Watch {
    pub(super) sandbox: Arc<Sandbox>,
    /// How each Receiver is proven, by its name.
    pub(super) proofs: HashMap<String, Proof>,
    pub(super) accepted: AtomicUsize,
    pub(super) notified: AtomicUsize,
}

impl Verify for Watch {
    type Component = LoadedComponent;

    async fn verify(
        &self,
        component: &Arc<LoadedComponent>,
        receiver: &Arc<BoundReceiver>,
        delivery: &Arc<Delivery>,
    ) -> (Result<Verdict, VerifyError>, Usage) {
        let (verdict, usage) = self.sandbox.verify(component, receiver, delivery).await;
        if let Ok(Verdict::Accept(_) | Verdict::Ignore(_)) = &verdict {
            let proof = self.proofs[&receiver.id().name];
            assert!(
                may_be_genuine(proof, delivery),
                "{:?} is accepted: {:?}",
                receiver.id(),
                delivery.headers
            );
            self.accepted.fetch_add(1, Ordering::Relaxed);
        }
        if receiver.id().name == FENCED {
            let address = delivery.client.address.map(|address| address.to_string());
            let is_inside = address
                .as_deref()
                .is_some_and(|text| text.starts_with(FENCE));
            assert!(is_inside, "a delivery from {address:?} has come through");
        }
        if let Err(error) = &verdict {
            assert!(!matches!(error, VerifyError::Faulted(..)), "{error:?}");
        }
        (verdict, usage)
    }
}

impl Notify for Watch {
    fn has_room(&self, _: &ReceiverId) -> bool {
        true
    }

    async fn notify(
        &self,
        targets: Vec<(Target, Arc<Notification>)>,
        _: Duration,
    ) -> Option<Progress> {
        self.notified.fetch_add(targets.len(), Ordering::Relaxed);
        Some(Progress {
            notified: targets.len(),
            ..Progress::default()
        })
    }
}

impl Host for Watched {
    type Verify = Watch;
    type Filters = CelFilters;
    type Targets = FolderTargets;
    type Notify = Watch;

    fn verifier(&self) -> &Watch {
        &self.watch
    }

    fn filters(&self) -> &CelFilters {
        self.offline.filters()
    }

    fn targets(&self) -> &FolderTargets {
        self.offline.targets()
    }

    fn notifier(&self) -> &Watch {
        &self.watch
    }
}
