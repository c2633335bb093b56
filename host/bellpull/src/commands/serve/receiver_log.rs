//! Logs each Receiver when its state changes.

use std::collections::HashMap;
use std::sync::Arc;

use bellpull_core::ReceiverId;
use bellpull_plan::ReceiverState;

/// The Receivers as they were logged last.
#[derive(Default)]
pub(super) struct ReceiverLog(HashMap<ReceiverId, Arc<ReceiverState>>);

impl ReceiverLog {
    /// Whether some Receiver is in a state that may pass by itself.
    pub(super) fn has_passing_problem(&self) -> bool {
        self.0.values().any(|state| state.reason.may_pass())
    }

    pub(super) fn update(&mut self, receivers: Vec<Arc<ReceiverState>>) {
        let mut logged = HashMap::with_capacity(receivers.len());
        for state in receivers {
            let before = self.0.get(&state.id);
            if !state.settled
                && let Some(before) = before
            {
                logged.insert(state.id.clone(), Arc::clone(before));
                continue;
            }
            if state.settled && before != Some(&state) {
                log(&state, before.map(AsRef::as_ref));
            }
            logged.insert(state.id.clone(), state);
        }
        // One that was never logged has not been there for whoever reads the log.
        let told = self.0.values().filter(|state| state.settled);
        for gone in told.filter(|state| !logged.contains_key(&state.id)) {
            tracing::info!(receiver = %gone.id, "receiver gone");
        }
        self.0 = logged;
    }
}

/// The message of a ready Receiver contains its path, so it is not logged. Its warnings are, if they
/// differ from those of `before`.
fn log(state: &ReceiverState, before: Option<&ReceiverState>) {
    let (receiver, provider) = (&state.id, state.provider.as_str());
    if state.ready {
        let authentication = state.authenticates_by();
        tracing::info!(%receiver, provider, authentication, "receiver ready");
        let known = before
            .filter(|before| before.settled)
            .map(|before| &before.warnings);
        if !state.warnings.is_empty() && known != Some(&state.warnings) {
            let warnings = state.warnings.join("; ");
            tracing::warn!(%receiver, provider, warnings, "receiver ready, with warnings");
        }
    } else {
        let (reason, detail) = (state.reason.as_str(), &state.message);
        tracing::warn!(%receiver, provider, reason, detail, "receiver not ready");
    }
}
