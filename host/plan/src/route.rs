//! The route of a Receiver: the component, credentials and filters that its deliveries meet.

use std::sync::Arc;

use crate::check;
use crate::configure_answer::ConfigureAnswer;
use crate::draft::Draft;
use crate::reason::Unready;
use crate::strength::{self, Strength};
use bellpull_core::text::scrub;
use bellpull_core::{Problem, SecretObject};
use bellpull_ports::{BoundReceiver, Filters, Route, RouteFilters};
use bellpull_proof::Credentials;
use bellpull_proof::credentials::is_name;

/// The warning of a Receiver that demands what no connection has.
const NO_CLIENTS: &str = "it demands client certificates, and the listener verifies none: every \
                          delivery is refused. Start Bellpull with --tls-client-ca";

/// The route of a Receiver that its component has configured. `previous` is the strength that the
/// previous component would give it.
///
/// # Errors
/// When the component refused the Receiver, or its authentication or its Secret does not suffice.
pub(super) fn new<C, F: Filters>(
    configured: ConfigureAnswer<C>,
    secret: &Arc<SecretObject>,
    draft: &Draft<C>,
    filters: Arc<RouteFilters<F>>,
    previous: Option<&Strength>,
) -> Result<Route<C, F>, Unready> {
    let mut binding = configured
        .answer
        .map_err(|problems| refused(&problems, secret))?;
    if binding.client_names.is_some() && !draft.policy.verifies_clients {
        Arc::make_mut(&mut binding)
            .warnings
            .push(NO_CLIENTS.to_owned());
    }
    let object = &draft.inputs.object;
    strength::check(object, &binding, previous)?;
    let redaction = draft.redaction(secret, &configured.view)?;
    let credentials = Credentials::prepare(&secret.data, &binding)
        .map_err(|errors| check::secret_data(secret, &errors))?;
    let bound = BoundReceiver {
        object: Arc::clone(object),
        view: configured.view,
        component: configured.identity,
        binding,
        credentials,
        redaction,
        paths: draft.paths.clone(),
    };
    Ok(Route {
        bound: Arc::new(bound),
        component: configured.component,
        filters,
    })
}

/// The same route with the current values of the Secret, so that revoked values no longer count;
/// `None` where they do not suffice.
pub(super) fn with_secret<C, F: Filters>(
    route: &Route<C, F>,
    secret: &Arc<SecretObject>,
    draft: &Draft<C>,
) -> Option<Route<C, F>> {
    let before = &route.bound;
    let credentials = Credentials::prepare(&secret.data, &before.binding).ok()?;
    let bound = BoundReceiver {
        object: Arc::clone(&before.object),
        view: Arc::clone(&before.view),
        component: Arc::clone(&before.component),
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
