use std::sync::Arc;

use bellpull_core::{Acceptance, Outcome};
use bellpull_ports::{Filters, Host, RouteFilters};
use serde_json::Value;

use crate::verify::Accepted;
use crate::{Ending, Observe, Passage, Selector};

/// The stage of a delivery whose sender may ring.
pub struct Authorized {
    pub(crate) acceptance: Arc<Acceptance>,
}

/// Refuses a token that is right and not one of whoever may ring.
pub(crate) fn authorize<H: Host>(
    passage: Passage<H, Accepted>,
    host: &H,
    observer: &mut impl Observe,
) -> Result<Passage<H, Authorized>, Ending> {
    let acceptance = &passage.stage.acceptance;
    check(&passage.route.filters, acceptance, host.filters())
        .map_err(|why| Ending::from(Outcome::Unauthenticated).because(why))?;
    observer.authorized(acceptance);
    Ok(passage.map(|Accepted { acceptance }| Authorized { acceptance }))
}

/// Asks what the Receiver asks of the claims of a token. A Receiver that takes no tokens asks
/// nothing.
fn check<F: Filters>(
    asked: &RouteFilters<F>,
    acceptance: &Acceptance,
    filters: &F,
) -> Result<(), String> {
    let issuers = &asked.issuers;
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

impl<H: Host> Passage<H, Authorized> {
    /// What the delivery tells.
    #[must_use]
    pub fn acceptance(&self) -> &Arc<Acceptance> {
        &self.stage.acceptance
    }

    /// The delivery as filters read it.
    pub fn facts(&self, filters: &H::Filters) -> <H::Filters as Filters>::Facts {
        filters.facts(&self.route.bound, &self.delivery, &self.stage.acceptance)
    }

    /// What decides about each object that a reference names.
    pub fn selector<'a>(&'a self, filters: &'a H::Filters) -> Selector<'a, H::Filters> {
        Selector::new(filters, &self.route, &self.delivery, &self.stage.acceptance)
    }
}
