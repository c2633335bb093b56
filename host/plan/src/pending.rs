//! Receivers that wait for an answer, and what serves until it is there.

use std::sync::Arc;

use crate::draft::Draft;
use crate::inputs::Inputs;
use crate::planned::Planned;
use crate::{Reason, Unready, check, route};
use bellpull_core::SecretObject;
use bellpull_ports::{Entry, Filters, Provider};

/// A Receiver that waits for the answer to a question.
pub(super) struct PendingReceiver<C, F: Filters> {
    /// The inputs of the question.
    pub(super) asked: Arc<Inputs<C>>,
    pub(super) provider: Result<Provider<C>, Unready>,
    /// Whether it has waited too long.
    pub(super) overdue: bool,
    /// What serves until the answer is there.
    pub(super) interim: Arc<Planned<C, F>>,
}

pub(super) const NOT_PLANNED: &str =
    "its filters, its config or its component have not been looked at yet";
const OVERDUE: &str = "looking at its filters and its config and asking its component takes too long, \
                       or that of many other Receivers of its namespace does: it is closed until it is done";

/// The plan until the answer is there: the last route with the current Secret, or none when the
/// answer is overdue.
pub(super) fn interim<C, F: Filters>(
    draft: Draft<C>,
    secret: Option<&Arc<SecretObject>>,
    earlier: Option<&Arc<Planned<C, F>>>,
    overdue: bool,
) -> Arc<Planned<C, F>> {
    if let Some(earlier) = earlier
        && earlier.may_change()
        && earlier.inputs.is(&draft.inputs)
    {
        return Arc::clone(earlier);
    }
    let (filters, configured, history) = earlier.map_or_else(Default::default, |earlier| {
        (
            earlier.filters.clone(),
            earlier.configured.clone(),
            earlier.history.clone(),
        )
    });
    let last = earlier
        .filter(|_| !overdue && draft.inputs.component.is_ok())
        .and_then(|earlier| match &earlier.entry {
            Entry::Serving(route) => Some((earlier, route)),
            Entry::Unavailable { .. } => None,
        });
    if let (Some((earlier, route)), Some(secret)) = (last, secret)
        && check::token(&draft.inputs.object, secret).is_ok()
        && let Some(route) = route::with_secret(route, secret, &draft)
    {
        let mut state = earlier.state.as_ref().clone();
        state.settled = false;
        state.paths.clone_from(&draft.paths);
        return Arc::new(Planned {
            inputs: draft.inputs,
            filters,
            configured,
            history,
            entry: Entry::Serving(Arc::new(route)),
            state: Arc::new(state),
        });
    }
    let message = if overdue { OVERDUE } else { NOT_PLANNED };
    let mut planned = draft.finish(
        Err(Unready::new(Reason::NotPlanned, message)),
        filters,
        configured,
        history,
    );
    let mut state = planned.state.as_ref().clone();
    state.settled = overdue;
    planned.state = Arc::new(state);
    Arc::new(planned)
}
