use std::sync::Arc;

use crate::baseline::{Baseline, StrengthHistory};
use crate::configure_answer::ConfigureAnswer;
use crate::filters::CompiledFilters;
use crate::inputs::Inputs;
use crate::planned::Planned;
use crate::policy::PlanPolicy;
use crate::strength::Remembered;
use crate::{Reason, ReceiverState, Unready, check, oidc, path};
use bellpull_core::{Extensions, ReceiverObject, ReceiverView, SecretObject, kind_of};
use bellpull_ports::{Entry, Filters, Provider, Route};
use bellpull_proof::Redaction;

/// A plan of which everything is decided but whether the Receiver serves.
pub(super) struct Draft<C> {
    pub(super) inputs: Arc<Inputs<C>>,
    pub(super) paths: Vec<Arc<str>>,
    pub(super) extensions: Extensions,
    pub(super) policy: PlanPolicy,
    /// The redaction of the last plan, which knows what it has hidden.
    redaction: Option<Arc<Redaction>>,
    version: Option<String>,
    digest: Option<Arc<str>>,
    settings: Vec<String>,
}

impl<C> Draft<C> {
    pub(super) fn new<F: Filters>(
        inputs: Arc<Inputs<C>>,
        provider: Option<&Provider<C>>,
        secret: Option<&Arc<SecretObject>>,
        earlier: Option<&Planned<C, F>>,
        policy: PlanPolicy,
    ) -> Self {
        let object = &inputs.object;
        let mut paths: Vec<Arc<str>> = match secret {
            Some(_) if oidc::takes_tokens(object) => vec![path::tokenless_path(&object.id).into()],
            Some(secret) => path::active_paths(&object.id, &secret.data),
            None => Vec::new(),
        };
        // A Secret that is gone or has lost its token does not make the sender's path unknown.
        if paths.is_empty()
            && let Some(earlier) = earlier
        {
            paths.clone_from(&earlier.state.paths);
        }
        Self {
            paths,
            extensions: extensions(object, earlier),
            policy,
            redaction: earlier.and_then(|earlier| match &earlier.entry {
                Entry::Serving(route) => Some(Arc::clone(&route.bound.redaction)),
                Entry::Unavailable { .. } => None,
            }),
            version: provider.map(|provider| provider.description.version.clone()),
            digest: provider.map(|provider| Arc::clone(&provider.digest)),
            settings: provider.map_or_else(Vec::new, |p| p.granted_settings.clone()),
            inputs,
        }
    }

    /// The redaction of deliveries for a component that is shown `view`.
    ///
    /// # Errors
    /// When the Secret has more values than are searched for, or one that is too short.
    pub(super) fn redaction(
        &self,
        secret: &Arc<SecretObject>,
        view: &ReceiverView,
    ) -> Result<Arc<Redaction>, Unready> {
        let redaction = Redaction::new(secret, view, &self.paths);
        check::searched(secret, &redaction, self.policy.require_long_credentials)?;
        // The earlier redaction keeps what it has noticed. Otherwise each change of the Receiver
        // would take the warning out of its condition until the next delivery.
        let earlier = self.redaction.as_ref();
        let earlier = earlier.filter(|earlier| earlier.hides_same_as(&redaction));
        Ok(earlier.map_or_else(|| Arc::new(redaction), Arc::clone))
    }

    /// The plan, given the route or the reason why there is none.
    pub(super) fn finish<F: Filters>(
        self,
        result: Result<Route<C, F>, Unready>,
        filters: Option<CompiledFilters<F>>,
        configured: Option<ConfigureAnswer<C>>,
        mut history: StrengthHistory<C>,
    ) -> Planned<C, F> {
        let settled = is_settled(&self.inputs, &result);
        let mut state = self.state(settled);
        let loaded = self.inputs.component.is_ok();
        let entry = state.take_result(result, loaded, &self.inputs.kinds);
        // The next component is compared with the one that serves now.
        if let (Entry::Serving(_), Some(configured), Some(digest)) =
            (&entry, &configured, self.digest)
            && let Some(strength) = configured.strength()
        {
            history = StrengthHistory {
                baseline: Some(Baseline {
                    remembered: Arc::new(Remembered {
                        provider: state.provider.clone(),
                        component: digest.to_string(),
                        strength,
                    }),
                    configured: Some(configured.clone()),
                    settings: self.settings,
                }),
                previous: None,
            };
        }
        Planned {
            inputs: self.inputs,
            filters,
            configured,
            history,
            entry,
            state: Arc::new(state),
        }
    }

    fn state(&self, settled: bool) -> ReceiverState {
        let object = &self.inputs.object;
        ReceiverState {
            id: object.id.clone(),
            generation: object.generation,
            settled,
            provider: object.spec.provider.clone(),
            provider_version: self.version.clone(),
            authentication: None,
            own_key: false,
            client_certificate: false,
            events: object.spec.events.clone(),
            interval: object.spec.interval.clone(),
            paths: self.paths.clone(),
            ready: false,
            reason: Reason::Succeeded,
            message: String::new(),
            warnings: Vec::new(),
            extensions: self.extensions,
        }
    }
}

/// The fields in use now, or earlier in the same generation: Flux's CRD drops fields without a new
/// generation.
fn extensions<C, F: Filters>(
    object: &ReceiverObject,
    earlier: Option<&Planned<C, F>>,
) -> Extensions {
    let earlier = earlier
        .filter(|earlier| earlier.state.generation == object.generation)
        .filter(|_| object.generation.is_some())
        .map_or_else(Extensions::default, |earlier| earlier.state.extensions);
    object.extensions.union(object.remembered).union(earlier)
}

fn is_settled<C, F: Filters>(inputs: &Inputs<C>, result: &Result<Route<C, F>, Unready>) -> bool {
    let asks_for_secret = inputs.secret.is_none() && inputs.object.spec.secret_ref.is_some();
    let waits_for_secret = asks_for_secret
        && matches!(result, Err(unready) if unready.reason == Reason::TokenNotFound);
    let waits_for_kind = result.is_ok()
        && inputs.object.spec.resources.iter().any(|reference| {
            kind_of(&inputs.object.id, reference).is_some_and(|kind| inputs.kinds.is_pending(&kind))
        });
    !waits_for_secret && !waits_for_kind
}
