use std::sync::Arc;

use crate::baseline::StrengthHistory;
use crate::configure_answer::ConfigureAnswer;
use crate::filters::CompiledFilters;
use crate::inputs::Inputs;
use crate::{Reason, ReceiverState, UnreadableReceiver, oidc};
use bellpull_core::ReceiverId;
use bellpull_ports::{Entry, Filters};

/// The plan of one Receiver, with everything that the next plan can reuse.
pub(super) struct Planned<C, F: Filters> {
    pub(super) inputs: Arc<Inputs<C>>,
    pub(super) filters: Option<CompiledFilters<F>>,
    pub(super) configured: Option<ConfigureAnswer<C>>,
    pub(super) history: StrengthHistory<C>,
    pub(super) entry: Entry<C, F>,
    pub(super) state: Arc<ReceiverState>,
}

/// A Receiver that cannot be read now, and its last plan.
pub(super) struct LostReceiver<C, F: Filters> {
    pub(super) unreadable: UnreadableReceiver,
    pub(super) last: Option<Arc<Planned<C, F>>>,
}

impl<C, F: Filters> Planned<C, F> {
    /// Whether the same inputs may have another result next time.
    pub(super) fn may_change(&self) -> bool {
        self.state.reason.may_pass()
    }

    /// The sort key that decides between two Receivers with the same path: the smaller one owns it.
    /// Anyone can compute the path of a Receiver that takes tokens, and choose a token for a
    /// Receiver of their own that leads to it. That is why a Receiver that takes tokens comes
    /// first, however young it is.
    pub(super) fn precedence(&self) -> (bool, bool, Option<&String>, &ReceiverId) {
        let object = &self.inputs.object;
        let created = object.created.as_ref();
        (
            !oidc::takes_tokens(object),
            created.is_none(),
            created,
            &self.state.id,
        )
    }

    /// The same plan with a new warning, where a value has been hidden from its deliveries since.
    pub(super) fn with_hidden(&self) -> Option<Self> {
        let Entry::Serving(route) = &self.entry else {
            return None;
        };
        let state = self.state.with_hidden(&route.bound, &self.inputs.kinds)?;
        Some(Self {
            inputs: Arc::clone(&self.inputs),
            filters: self.filters.clone(),
            configured: self.configured.clone(),
            history: self.history.clone(),
            entry: self.entry.clone(),
            state: Arc::new(state),
        })
    }

    pub(super) fn unavailable(&self, reason: Reason) -> Entry<C, F> {
        Entry::Unavailable {
            receiver: self.state.id.clone(),
            provider: self
                .inputs
                .component
                .is_ok()
                .then(|| self.state.provider.clone()),
            reason: reason.as_str(),
        }
    }
}
