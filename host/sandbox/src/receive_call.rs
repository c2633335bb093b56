use std::sync::Arc;

use bellpull_core::{Authentication, Claims, Delivery, Description, Egress};
use bellpull_ports::BoundReceiver;

use crate::network_wait::NetworkWait;
use crate::proof_rule::SucceededChecks;

/// The call of `receive` for one delivery.
pub(crate) struct ReceiveCall {
    pub(crate) receiver: Arc<BoundReceiver>,
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) description: Arc<Description>,
    pub(crate) egress: EgressAccess,
    pub(crate) checks: SucceededChecks,
    pub(crate) redacted: Redacted,
}

/// How a component reaches the network.
#[derive(Clone)]
pub(crate) struct EgressAccess {
    pub(crate) port: Arc<dyn Egress>,
    /// The digest of the component. What one component has fetched is not shown to another.
    pub(crate) component: Arc<str>,
    /// The hosts that it may have fetched from.
    pub(crate) hosts: Arc<[String]>,
    pub(crate) waits: Arc<NetworkWait>,
}

/// What is redacted of the delivery.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Redacted {
    /// Whether the guest has read `[redacted]`, so that its facts may hold it.
    pub(crate) was_read: bool,
    /// Whether the raw body holds a secret; `None` until the guest asks for it.
    pub(crate) body: Option<bool>,
}

impl ReceiveCall {
    pub(crate) fn new(
        receiver: Arc<BoundReceiver>,
        delivery: Arc<Delivery>,
        description: Arc<Description>,
        egress: EgressAccess,
    ) -> Self {
        Self {
            receiver,
            delivery,
            description,
            egress,
            checks: SucceededChecks::default(),
            redacted: Redacted::default(),
        }
    }

    pub(crate) fn record_credential(&mut self, key: &str, by: Authentication) {
        self.checks
            .record_credential(&self.receiver.binding, key, by);
    }

    pub(crate) fn is_proven(&self) -> bool {
        let client = &self.delivery.client;
        self.checks.prove(&self.receiver.binding, client)
    }

    pub(crate) fn knows_sender(&self) -> bool {
        let client = &self.delivery.client;
        self.checks.identify_sender(&self.receiver.binding, client)
    }

    pub(crate) fn may_read_body(&self) -> bool {
        self.receiver.binding.reads_before_proof() || self.is_proven()
    }

    /// The claims of the token that was verified, for the verdict.
    pub(crate) fn claims(&self) -> Option<Arc<Claims>> {
        self.checks.claims().map(Arc::clone)
    }
}
