//! A Receiver of which something has to be found out that takes time, and what serves meanwhile.

use std::sync::Arc;

use crate::bind::{self, Bound};
use crate::filters::Compiled;
use crate::planned::{Draft, Inputs, Planned};
use crate::strength::{Baseline, Strength};
use crate::{Reason, Unready, check};
use bellpull_core::{ReceiverId, SecretObject};
use bellpull_ports::{BoundReceiver, Entry, Filters, Provider, Providers, Route};
use bellpull_proof::Credentials;

/// What has to be found out of one Receiver: its filters are compiled, its config is checked, its
/// component is asked. It can be found out anywhere and at any time; what is found out too late is
/// of no use and does no harm.
pub struct Question<C, F: Filters> {
    pub(super) inputs: Arc<Inputs<C>>,
    pub(super) provider: Option<Provider<C>>,
    pub(super) compiled: Option<Compiled<F>>,
    pub(super) baseline: Option<Baseline<C>>,
}

/// What was found out.
pub struct Answer<C, F: Filters> {
    pub(super) inputs: Arc<Inputs<C>>,
    pub(super) compiled: Compiled<F>,
    pub(super) bound: Option<Result<Bound<C>, Unready>>,
    pub(super) before: Option<Strength>,
}

impl<C: Send + Sync + 'static, F: Filters> Question<C, F> {
    /// Of which Receiver.
    #[must_use]
    pub fn receiver(&self) -> &ReceiverId {
        &self.inputs.object.id
    }

    /// Digest of the component that is asked, if there is one.
    #[must_use]
    pub fn component(&self) -> Option<&str> {
        self.provider.as_ref().map(|provider| &*provider.digest)
    }

    /// Finds it out. Its first part computes without a pause.
    pub async fn ask<P: Providers<Component = C>>(
        self,
        providers: &P,
        filters: &F,
    ) -> Answer<C, F> {
        let object = &self.inputs.object;
        let compiled = match self.compiled {
            Some(whole) if whole.lacks().is_none() => whole,
            known => Compiled::new(object, filters, known),
        };
        let secret = check::secret(object, self.inputs.secret.as_ref());
        let bound = match (compiled.filters(), &self.provider, secret) {
            (Ok(_), Some(provider), Ok(secret)) => {
                Some(bind::ask(object, secret, provider, providers).await)
            }
            _ => None,
        };
        let before = match (&bound, &self.provider) {
            (Some(Ok(bound)), Some(provider)) => {
                bind::before(bound, provider, self.baseline.as_ref(), providers).await
            }
            _ => None,
        };
        Answer {
            inputs: self.inputs,
            compiled,
            bound,
            before,
        }
    }
}

/// A Receiver that waits for an answer.
pub(super) struct Waiting<C, F: Filters> {
    /// What was asked about.
    pub(super) asked: Arc<Inputs<C>>,
    pub(super) provider: Result<Provider<C>, Unready>,
    /// Whether it has waited for too long.
    pub(super) overdue: bool,
    /// What serves meanwhile.
    pub(super) meanwhile: Arc<Planned<C, F>>,
}

pub(super) const WAITS: &str =
    "its filters, its config or its component have not been looked at yet";
const OVERDUE: &str = "looking at its filters and its config and asking its component takes too long, \
                       or that of many other Receivers of its namespace does: it is closed until it is done";

/// What serves until the answer is there: what served before, with the Secret of now; never after it
/// has waited for too long.
pub(super) fn meanwhile<C, F: Filters>(
    draft: Draft<C>,
    secret: Option<&Arc<SecretObject>>,
    known: Option<&Arc<Planned<C, F>>>,
    overdue: bool,
) -> Arc<Planned<C, F>> {
    if let Some(known) = known
        && known.asks_again()
        && known.inputs.is(&draft.inputs)
    {
        return Arc::clone(known);
    }
    let (filters, bound, held) = known.map_or_else(Default::default, |known| {
        (
            known.filters.clone(),
            known.bound.clone(),
            known.held.clone(),
        )
    });
    let before = known
        .filter(|_| !overdue && draft.inputs.component.is_some())
        .and_then(|known| match &known.entry {
            Entry::Serving(route) => Some((known, route)),
            Entry::Unavailable { .. } => None,
        });
    if let (Some((known, route)), Some(secret)) = (before, secret)
        && check::token(&draft.inputs.object, secret).is_ok()
        && let Some(route) = with_secret(route, secret, &draft)
    {
        let mut state = known.state.as_ref().clone();
        state.settled = false;
        state.paths.clone_from(&draft.paths);
        return Arc::new(Planned {
            inputs: draft.inputs,
            filters,
            bound,
            held,
            entry: Entry::Serving(Arc::new(route)),
            state: Arc::new(state),
        });
    }
    let message = if overdue { OVERDUE } else { WAITS };
    let mut planned = draft.settle(
        Err(Unready::new(Reason::NotPlanned, message)),
        filters,
        bound,
        held,
    );
    let mut state = planned.state.as_ref().clone();
    state.settled = overdue;
    planned.state = Arc::new(state);
    Arc::new(planned)
}

/// The old route with the values of now: those that were taken back count no more.
fn with_secret<C, F: Filters>(
    route: &Route<C, F>,
    secret: &Arc<SecretObject>,
    draft: &Draft<C>,
) -> Option<Route<C, F>> {
    let before = &route.bound;
    let credentials = Credentials::prepare(&secret.data, &before.binding).ok()?;
    let bound = BoundReceiver {
        object: Arc::clone(&before.object),
        view: Arc::clone(&before.view),
        binding: Arc::clone(&before.binding),
        credentials,
        redaction: draft.redaction(secret, &before.view).ok()?,
        paths: draft.paths.clone(),
    };
    Some(Route {
        bound: Arc::new(bound),
        component: Arc::clone(&route.component),
        filters: Arc::clone(&route.filters),
    })
}
