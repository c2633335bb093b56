/// What the operator demands of every Receiver, and offers.
#[derive(Clone, Copy)]
pub(super) struct PlanPolicy {
    pub(super) allow_weak_carrier: bool,
    pub(super) require_long_credentials: bool,
    /// Whether the listener verifies certificates of clients.
    pub(super) verifies_clients: bool,
}

impl Default for PlanPolicy {
    fn default() -> Self {
        Self {
            allow_weak_carrier: false,
            require_long_credentials: false,
            verifies_clients: true,
        }
    }
}
