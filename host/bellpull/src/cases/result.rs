use std::sync::Arc;

use bellpull_core::{Acceptance, IgnoreClass};
use serde_json::Value;

use super::format::CaseOutcome;

/// How the delivery of a case ended.
#[derive(Clone, Debug)]
pub struct CaseResult {
    pub outcome: CaseOutcome,
    pub status: u16,
    /// The component's reason, or why the Receiver is not ready.
    pub reason: Option<String>,
    /// Why the delivery was ignored, if it was.
    pub class: Option<IgnoreClass>,
    /// What the component told of an accepted or ignored delivery.
    pub acceptance: Option<Arc<Acceptance>>,
}

impl CaseResult {
    /// Whether the delivery counted as that of its sender. A reply says nothing of it: handshakes are
    /// answered before the proof.
    #[must_use]
    pub fn is_authentic(&self) -> bool {
        [CaseOutcome::Notified, CaseOutcome::Ignored].contains(&self.outcome)
    }

    /// The events, as programs receive them.
    #[must_use]
    pub fn events(&self) -> Vec<Value> {
        let Some(acceptance) = &self.acceptance else {
            return Vec::new();
        };
        let events = acceptance.report_each(acceptance.all());
        events
            .map(|event| serde_json::to_value(event).unwrap_or_default())
            .collect()
    }
}
