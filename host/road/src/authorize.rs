use std::sync::Arc;

use bellpull_core::{Acceptance, Outcome};
use bellpull_ports::{Filters, Host, RouteFilters};
use serde_json::Value;

use crate::verify::Accepted;
use crate::{Ending, Observe, Selector, Staged};

/// The stage of a delivery whose sender is authorized.
pub struct Authorized {
    pub(crate) acceptance: Arc<Acceptance>,
}

/// Refuses a valid token that the Receiver's `oidcProviders` do not accept.
pub(crate) fn authorize<H: Host>(
    accepted: Staged<H, Accepted>,
    host: &H,
    observer: &mut impl Observe,
) -> Result<Staged<H, Authorized>, Ending> {
    let acceptance = &accepted.stage.acceptance;
    check_claims(&accepted.route.filters, acceptance, host.filters())
        .map_err(|why| Ending::from(Outcome::Unauthenticated).because(why))?;
    observer.authorized(acceptance);
    Ok(accepted.map(|Accepted { acceptance }| Authorized { acceptance }))
}

/// Checks the claims of a token against the validations of its issuer. A Receiver without issuers
/// has nothing to check.
fn check_claims<F: Filters>(
    route: &RouteFilters<F>,
    acceptance: &Acceptance,
    filters: &F,
) -> Result<(), String> {
    let issuers = &route.issuers;
    if issuers.is_empty() {
        return Ok(());
    }
    let claims = acceptance.claims.as_deref();
    let claims = claims.ok_or("no token was verified")?;
    let issuer = claims.get("iss").and_then(Value::as_str);
    let issuer = issuer.unwrap_or_default();
    let known = issuers.iter().find(|known| known.issuer == issuer);
    let known = known.ok_or_else(|| format!("no oidcProvider configured for issuer {issuer:?}"))?;
    filters.validate(&known.validations, claims)
}

impl<H: Host> Staged<H, Authorized> {
    #[must_use]
    pub fn acceptance(&self) -> &Arc<Acceptance> {
        &self.stage.acceptance
    }

    /// What filters read of the delivery.
    pub fn facts(&self, filters: &H::Filters) -> <H::Filters as Filters>::Facts {
        filters.facts(&self.route.bound, &self.delivery, &self.stage.acceptance)
    }

    /// Decides which objects the delivery is to notify.
    pub fn selector<'a>(&'a self, filters: &'a H::Filters) -> Selector<'a, H::Filters> {
        Selector::new(filters, &self.route, &self.delivery, &self.stage.acceptance)
    }
}
