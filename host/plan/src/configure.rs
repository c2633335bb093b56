//! One Receiver and its component: what it is asked, and what its answer makes.

use std::sync::Arc;

use crate::check;
use crate::planned::Draft;
use crate::reason::{Reason, Unready};
use crate::strength::{self, Baseline, Strength};
use crate::{bounds, oidc};
use bellpull_core::text::scrub;
use bellpull_core::{Binding, Problem, ReceiverObject, ReceiverView, SecretObject};
use bellpull_ports::{
    BoundReceiver, ConfigureError, Filters, Provider, Providers, Route, RouteFilters,
};
use bellpull_proof::Credentials;
use bellpull_proof::credentials::is_name;

/// What a component answered to what, so that it is not asked again while both stay the same.
pub(super) struct Bound<C> {
    component: Arc<C>,
    /// Whose config was checked.
    object: Arc<ReceiverObject>,
    view: Arc<ReceiverView>,
    answer: Result<Arc<Binding>, Vec<Problem>>,
}

impl<C> Clone for Bound<C> {
    fn clone(&self) -> Self {
        Self {
            component: Arc::clone(&self.component),
            object: Arc::clone(&self.object),
            view: Arc::clone(&self.view),
            answer: self.answer.clone(),
        }
    }
}

impl<C> Bound<C> {
    /// The route of a Receiver that was bound so.
    pub(super) fn route<F: Filters>(
        self,
        secret: &Arc<SecretObject>,
        draft: &Draft<C>,
        filters: Arc<RouteFilters<F>>,
        before: Option<&Strength>,
    ) -> Result<Route<C, F>, Unready> {
        let binding = self.answer.map_err(|problems| refused(&problems, secret))?;
        let object = &draft.inputs.object;
        strength::check(object, &binding, before)?;
        let redaction = draft.redaction(secret, &self.view)?;
        let credentials = Credentials::prepare(&secret.data, &binding)
            .map_err(|errors| check::secret_data(secret, &errors))?;
        let bound = BoundReceiver {
            object: Arc::clone(object),
            view: self.view,
            binding,
            credentials,
            redaction,
            paths: draft.paths.clone(),
        };
        Ok(Route {
            bound: Arc::new(bound),
            component: self.component,
            filters,
        })
    }

    /// How strongly it authenticates, unless its component refused it.
    pub(super) fn strength(&self) -> Option<Strength> {
        self.answer
            .as_ref()
            .ok()
            .map(|binding| Strength::of(binding))
    }

    pub(super) fn is_by(&self, component: &Arc<C>) -> bool {
        Arc::ptr_eq(&self.component, component)
    }

    /// The config that its component is told of this Receiver, where it is known to be right.
    fn config_of(&self, object: &Arc<ReceiverObject>) -> Option<String> {
        let same =
            Arc::ptr_eq(&self.object, object) || self.object.spec.config == object.spec.config;
        same.then(|| self.view.config.clone())
    }
}

/// What is known already of how a Receiver authenticates; `None` when that takes asking.
///
/// # Errors
/// Why it cannot serve, whatever its component would say.
pub(super) fn known<C>(
    object: &Arc<ReceiverObject>,
    secret: &SecretObject,
    provider: &Provider<C>,
    known: Option<&Bound<C>>,
) -> Result<Option<Bound<C>>, Unready> {
    check::token(object, secret)?;
    let Some(known) = known.filter(|known| Arc::ptr_eq(&known.component, &provider.component))
    else {
        return Ok(None);
    };
    let config = if oidc::takes_tokens(object) {
        Some(oidc::config(object))
    } else {
        known.config_of(object)
    };
    let Some(config) = config else {
        return Ok(None);
    };
    let view = view(object, secret, provider, config)?;
    Ok((*known.view == view).then(|| known.clone()))
}

/// Asks the component how the Receiver authenticates.
pub(super) async fn ask<P: Providers>(
    object: &Arc<ReceiverObject>,
    secret: &SecretObject,
    provider: &Provider<P::Component>,
    providers: &P,
) -> Result<Bound<P::Component>, Unready> {
    check::token(object, secret)?;
    let config = if oidc::takes_tokens(object) {
        oidc::config(object)
    } else {
        let config = object.spec.config.as_ref();
        provider.schema.config(config).map_err(Unready::invalid)?
    };
    let view = view(object, secret, provider, config)?;
    let component = &provider.component;
    let answer = match providers.configure(component, &object.id, &view).await {
        Ok(binding) => Ok(Arc::new(binding)),
        Err(ConfigureError::Problems(problems)) => Err(problems),
        Err(ConfigureError::Faulted(fault, _)) => {
            let message = format!(
                "the component failed to configure this Receiver ({fault}); its log says more"
            );
            return Err(Unready::new(Reason::ProviderFaulted, message));
        }
        Err(ConfigureError::BrokenOff) => {
            let message = "the component failed too often to configure this Receiver, or others of \
                           its namespace, and rests";
            return Err(Unready::new(Reason::ProviderFaulted, message));
        }
    };
    Ok(Bound {
        component: Arc::clone(component),
        object: Arc::clone(object),
        view: Arc::new(view),
        answer,
    })
}

/// How strongly the component before would have the Receiver authenticate as it stands now; `None`
/// when it was no other. Where it cannot say, what it said last counts.
pub(super) async fn before<P: Providers>(
    bound: &Bound<P::Component>,
    provider: &Provider<P::Component>,
    baseline: Option<&Baseline<P::Component>>,
    providers: &P,
) -> Option<Strength> {
    let baseline = baseline.filter(|last| last.remembered.provider == bound.view.provider)?;
    let last = Some(baseline.remembered.strength.clone());
    let Some(old) = &baseline.bound else {
        let same = *baseline.remembered.component == *provider.digest;
        return last.filter(|_| !same);
    };
    if old.is_by(&bound.component) {
        return None;
    }
    let mut view = bound.view.as_ref().clone();
    view.settings
        .retain(|(key, _)| baseline.settings.contains(key));
    if *old.view == view {
        return old.strength().or(last);
    }
    let id = &bound.object.id;
    let answer = providers.configure(&old.component, id, &view).await;
    answer.map_or(last, |binding| Some(Strength::of(&binding)))
}

fn view<C>(
    object: &ReceiverObject,
    secret: &SecretObject,
    provider: &Provider<C>,
    config: String,
) -> Result<ReceiverView, Unready> {
    let keys = secret.data.keys();
    let view = ReceiverView {
        provider: object.spec.provider.clone(),
        events: object.spec.events.clone(),
        keys: keys
            .filter(|key| !key.starts_with("previous"))
            .cloned()
            .collect(),
        settings: check::settings(secret, &provider.granted_settings)?,
        config,
    };
    bounds::check(&view, secret)?;
    Ok(view)
}

fn refused(problems: &[Problem], secret: &SecretObject) -> Unready {
    let texts: Vec<String> = problems
        .iter()
        .map(|problem| {
            let data = secret.data.iter().filter(|(key, _)| !is_name(key));
            scrub(&problem.to_string(), data.map(|(_, value)| value.expose()))
        })
        .collect();
    Unready::invalid(texts.join("; "))
}
