//! One Receiver and its component: what it is asked, and what its answer makes.

use std::sync::Arc;

use super::check::{self, Reason, Unready};
use super::oidc;
use crate::ports::{ConfigureError, Filters, Provider, Providers};
use crate::text::scrub;
use crate::{
    Binding, BoundReceiver, Credentials, Problem, ReceiverObject, ReceiverView, Route,
    RouteFilters, SecretBytes, SecretObject,
};

/// What a component answered to what, so that it is not asked again while both stay the same.
pub(super) struct Bound<C> {
    component: Arc<C>,
    view: Arc<ReceiverView>,
    answer: Result<Arc<Binding>, Vec<Problem>>,
}

impl<C> Clone for Bound<C> {
    fn clone(&self) -> Self {
        Self {
            component: Arc::clone(&self.component),
            view: Arc::clone(&self.view),
            answer: self.answer.clone(),
        }
    }
}

impl<C> Bound<C> {
    /// The route of a Receiver that was bound so.
    pub(super) fn route<F: Filters>(
        self,
        object: &Arc<ReceiverObject>,
        secret: &SecretObject,
        paths: &[Arc<str>],
        filters: Arc<RouteFilters<F>>,
    ) -> Result<Route<C, F>, Unready> {
        let binding = self.answer.map_err(|problems| refused(&problems, secret))?;
        let credentials = Credentials::prepare(&secret.data, &binding)
            .map_err(|errors| check::secret_data(secret, &errors))?;
        let bound = BoundReceiver {
            object: Arc::clone(object),
            view: self.view,
            binding,
            credentials,
            paths: paths.to_vec(),
        };
        Ok(Route {
            bound: Arc::new(bound),
            component: self.component,
            filters,
        })
    }
}

/// Asks the component how the Receiver authenticates, unless `known` says so already.
pub(super) async fn bind<P: Providers>(
    object: &ReceiverObject,
    secret: &SecretObject,
    provider: &Provider<P::Component>,
    providers: &P,
    known: Option<&Bound<P::Component>>,
) -> Result<Bound<P::Component>, Unready> {
    let Provider {
        schema,
        granted_settings,
        component,
        ..
    } = provider;
    check::token(object, secret)?;
    let config = if oidc::takes_tokens(object) {
        oidc::config(object)
    } else {
        schema
            .config(object.spec.config.as_ref())
            .map_err(Unready::invalid)?
    };
    let view = ReceiverView {
        provider: object.spec.provider.clone(),
        events: object.spec.events.clone(),
        keys: secret
            .data
            .keys()
            .filter(|key| !key.starts_with("previous"))
            .cloned()
            .collect(),
        settings: check::settings(secret, granted_settings)?,
        config,
    };
    if let Some(known) = known
        && Arc::ptr_eq(&known.component, component)
        && *known.view == view
    {
        return Ok(known.clone());
    }
    let answer = match providers.configure(component, &view).await {
        Ok(binding) => Ok(Arc::new(binding)),
        Err(ConfigureError::Problems(problems)) => Err(problems),
        Err(ConfigureError::Faulted(fault, _)) => {
            let message = format!(
                "the component failed to configure this Receiver ({fault}); its log says more"
            );
            return Err(Unready::new(Reason::ProviderFaulted, message));
        }
        Err(ConfigureError::BrokenOff) => {
            let message = "the component failed too often to configure Receivers and rests";
            return Err(Unready::new(Reason::ProviderFaulted, message));
        }
    };
    Ok(Bound {
        component: Arc::clone(component),
        view: Arc::new(view),
        answer,
    })
}

fn refused(problems: &[Problem], secret: &SecretObject) -> Unready {
    let texts: Vec<String> = problems
        .iter()
        .map(|problem| {
            let secrets = secret.data.values().map(SecretBytes::expose);
            scrub(&problem.to_string(), secrets)
        })
        .collect();
    Unready::invalid(texts.join("; "))
}
