use serde_json::Value;

use crate::ports::Filters;
use crate::{Event, RouteFilters};

/// Asks what the Receiver asks of the claims of a token: one that is right is not yet one of whoever
/// may ring. A Receiver that takes no tokens asks nothing.
///
/// # Errors
/// Why nobody is notified: for the log, not for the sender.
pub fn authorize<F: Filters>(
    asked: &RouteFilters<F>,
    event: &Event,
    filters: &F,
) -> Result<(), String> {
    let issuers = &asked.issuers;
    if issuers.is_empty() {
        return Ok(());
    }
    let claims = event.claims.as_deref();
    let claims = claims.ok_or("no token was verified")?;
    let issuer = claims.get("iss").and_then(Value::as_str);
    let issuer = issuer.unwrap_or_default();
    let known = issuers.iter().find(|known| known.issuer == issuer);
    let known = known.ok_or_else(|| format!("no oidcProvider configured for issuer {issuer:?}"))?;
    filters.validate(&known.validations, claims)
}
