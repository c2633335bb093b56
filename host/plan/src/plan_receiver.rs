//! Plans one Receiver: without asking where that suffices, else from the answer to a question.

use std::sync::Arc;

use crate::baseline::{Baseline, StrengthHistory};
use crate::configure_answer::ConfigureAnswer;
use crate::draft::Draft;
use crate::filters::CompiledFilters;
use crate::inputs::Inputs;
use crate::pending::{self, PendingReceiver};
use crate::planned::Planned;
use crate::policy::PlanPolicy;
use crate::question::Answer;
use crate::{Reason, Unready, check, configure, route};
use bellpull_core::SecretObject;
use bellpull_ports::{Filters, Provider, RouteFilters};

/// How far a plan has come without asking.
pub(super) enum PlanStep<C, F: Filters> {
    Done(Planned<C, F>),
    Ask {
        draft: Draft<C>,
        provider: Result<Provider<C>, Unready>,
        filters: Option<CompiledFilters<F>>,
    },
}

/// Plans a Receiver from its inputs and its earlier plan, unless that takes asking.
pub(super) fn without_asking<C, F: Filters>(
    inputs: Arc<Inputs<C>>,
    provider: Result<Provider<C>, Unready>,
    earlier: Option<&Planned<C, F>>,
    policy: PlanPolicy,
) -> PlanStep<C, F> {
    let from = Arc::clone(&inputs);
    let object = &from.object;
    let secret = check::secret(object, from.secret.as_ref());
    let draft = Draft::new(
        inputs,
        provider.as_ref().ok(),
        secret.as_ref().ok().copied(),
        earlier,
        policy,
    );
    let filters = earlier.and_then(|earlier| earlier.filters.as_ref());
    let filters = filters.filter(|filters| filters.is_of(object)).cloned();
    let configured = earlier.and_then(|earlier| earlier.configured.clone());
    let history = earlier
        .map(|earlier| earlier.history.clone())
        .unwrap_or_default();
    if let Err(unready) = check::spec(object, draft.extensions, policy.allow_weak_carrier) {
        return PlanStep::Done(draft.finish(Err(unready), filters, configured, history));
    }
    let whole = filters.as_ref().filter(|filters| filters.lacks().is_none());
    let Some(usable) = whole.map(CompiledFilters::filters) else {
        return PlanStep::Ask {
            draft,
            provider,
            filters,
        };
    };
    match reuse(&from, &provider, secret, usable, configured.as_ref()) {
        Err(unready) => PlanStep::Done(draft.finish(Err(unready), filters, configured, history)),
        Ok(Some((usable, secret, configured))) => {
            let previous = history.previous.as_ref();
            let result = route::new(configured.clone(), secret, &draft, usable, previous);
            PlanStep::Done(draft.finish(result, filters, Some(configured), history))
        }
        Ok(None) => PlanStep::Ask {
            draft,
            provider,
            filters,
        },
    }
}

type Reused<'a, C, F> = (
    Arc<RouteFilters<F>>,
    &'a Arc<SecretObject>,
    ConfigureAnswer<C>,
);

/// What a route is made of, where the component's earlier answer still holds.
fn reuse<'a, C, F: Filters>(
    inputs: &Inputs<C>,
    provider: &Result<Provider<C>, Unready>,
    secret: Result<&'a Arc<SecretObject>, Unready>,
    filters: Result<Arc<RouteFilters<F>>, Unready>,
    configured: Option<&ConfigureAnswer<C>>,
) -> Result<Option<Reused<'a, C, F>>, Unready> {
    let filters = filters?;
    let provider = provider.as_ref().map_err(Clone::clone)?;
    let secret = secret?;
    let configured = configure::reuse(&inputs.object, secret, provider, configured)?;
    Ok(configured.map(|configured| (filters, secret, configured)))
}

/// Plans a Receiver that has waited for this answer.
pub(super) fn from_answer<C, F: Filters>(
    pending: &PendingReceiver<C, F>,
    answer: Answer<C, F>,
    earlier: Option<&Planned<C, F>>,
    baseline: Option<Baseline<C>>,
    policy: PlanPolicy,
) -> Planned<C, F> {
    let inputs = Arc::clone(&pending.interim.inputs);
    let object = &inputs.object;
    let secret = check::secret(object, inputs.secret.as_ref());
    let provider = pending.provider.as_ref();
    let draft = Draft::new(
        Arc::clone(&inputs),
        provider.ok(),
        secret.as_ref().ok().copied(),
        earlier,
        policy,
    );
    let spec = check::spec(object, draft.extensions, policy.allow_weak_carrier);
    let found = spec
        .and_then(|()| answer.filters.filters())
        .and_then(|filters| {
            provider.map_err(Clone::clone)?;
            Ok((filters, secret?))
        });
    let mut history = StrengthHistory {
        baseline,
        previous: None,
    };
    let mut configured = earlier.and_then(|earlier| earlier.configured.clone());
    let result = match (found, answer.configured) {
        (Err(unready), _) | (Ok(_), Some(Err(unready))) => Err(unready),
        (Ok((filters, secret)), Some(Ok(now))) => {
            configured = Some(now.clone());
            history.previous = answer.previous;
            route::new(now, secret, &draft, filters, history.previous.as_ref())
        }
        // The component was not asked, because the Receiver could not serve then. The inputs of the
        // question have not changed since.
        (Ok(_), None) => Err(Unready::new(Reason::NotPlanned, pending::NOT_PLANNED)),
    };
    draft.finish(result, Some(answer.filters), configured, history)
}

/// The plan of a Receiver whose answer is overdue.
pub(super) fn overdue<C, F: Filters>(
    pending: &PendingReceiver<C, F>,
    earlier: Option<&Arc<Planned<C, F>>>,
    policy: PlanPolicy,
) -> Arc<Planned<C, F>> {
    let inputs = Arc::clone(&pending.interim.inputs);
    let secret = check::secret(&inputs.object, inputs.secret.as_ref()).ok();
    let draft = Draft::new(
        Arc::clone(&inputs),
        pending.provider.as_ref().ok(),
        secret,
        earlier.map(AsRef::as_ref),
        policy,
    );
    pending::interim(draft, secret, earlier, true)
}
