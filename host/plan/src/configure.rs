//! Asks a component how a Receiver authenticates.

use std::sync::Arc;

use crate::baseline::Baseline;
use crate::configure_answer::ConfigureAnswer;
use crate::reason::{Reason, Unready};
use crate::strength::Strength;
use crate::{check, oidc, view_limits};
use bellpull_core::{ReceiverObject, ReceiverView, SecretObject};
use bellpull_ports::{ConfigureError, Provider, Providers};

/// The earlier answer of the component, where it still holds; `None` when the component must be
/// asked.
///
/// # Errors
/// When the Receiver cannot serve, whatever the component would answer.
pub(super) fn reuse<C>(
    object: &Arc<ReceiverObject>,
    secret: &SecretObject,
    provider: &Provider<C>,
    earlier: Option<&ConfigureAnswer<C>>,
) -> Result<Option<ConfigureAnswer<C>>, Unready> {
    check::token(object, secret)?;
    let Some(earlier) = earlier.filter(|earlier| earlier.is_by(&provider.component)) else {
        return Ok(None);
    };
    let config = if oidc::takes_tokens(object) {
        Some(oidc::config(object))
    } else {
        earlier.checked_config(object)
    };
    let Some(config) = config else {
        return Ok(None);
    };
    let view = view(object, secret, provider, config)?;
    Ok((*earlier.view == view).then(|| earlier.clone()))
}

/// Asks the component how the Receiver authenticates.
pub(super) async fn ask<P: Providers>(
    object: &Arc<ReceiverObject>,
    secret: &SecretObject,
    provider: &Provider<P::Component>,
    providers: &P,
) -> Result<ConfigureAnswer<P::Component>, Unready> {
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
    Ok(ConfigureAnswer {
        component: Arc::clone(component),
        identity: Arc::new(provider.identity()),
        object: Arc::clone(object),
        view: Arc::new(view),
        answer,
    })
}

/// The strength that the previous component would give the Receiver as it is now; `None` when no
/// other component served it. The last known strength counts where the previous component cannot
/// answer.
pub(super) async fn previous_strength<P: Providers>(
    configured: &ConfigureAnswer<P::Component>,
    provider: &Provider<P::Component>,
    baseline: Option<&Baseline<P::Component>>,
    providers: &P,
) -> Option<Strength> {
    let baseline = baseline.filter(|last| last.remembered.provider == configured.view.provider)?;
    let last = Some(baseline.remembered.strength.clone());
    let Some(previous) = &baseline.configured else {
        let same = *baseline.remembered.component == *provider.digest;
        return last.filter(|_| !same);
    };
    if previous.is_by(&configured.component) {
        return None;
    }
    let mut view = configured.view.as_ref().clone();
    view.settings
        .retain(|(key, _)| baseline.settings.contains(key));
    if *previous.view == view {
        return previous.strength().or(last);
    }
    let id = &configured.object.id;
    let answer = providers.configure(&previous.component, id, &view).await;
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
    view_limits::check(&view, secret)?;
    Ok(view)
}
