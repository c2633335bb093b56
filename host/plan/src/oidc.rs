//! Receivers that take tokens of OIDC issuers instead of a Secret.

use std::collections::HashSet;

use bellpull_api::OidcProvider;
use serde_json::json;

use crate::reason::Unready;
use bellpull_core::ReceiverObject;

/// Flux's type for Receivers that take tokens.
const GENERIC_OIDC: &str = "generic-oidc";

/// The audience of a token where the Receiver names none
/// (fluxcd/notification-controller v1.9.3, `api/v1/receiver_types.go`).
const DEFAULT_AUDIENCE: &str = "notification-controller";

/// Whether a Receiver takes tokens instead of a Secret.
pub(super) fn takes_tokens(object: &ReceiverObject) -> bool {
    object.spec.provider == GENERIC_OIDC
}

/// The config document of the component, in place of `spec.config`: the issuers, each with its
/// audience.
pub(super) fn config(object: &ReceiverObject) -> String {
    let issuers = object.spec.oidc_providers.iter().map(|provider| {
        let audience = provider.audience.as_deref().filter(|name| !name.is_empty());
        json!({
            "issuer": provider.issuer_url,
            "audience": audience.unwrap_or(DEFAULT_AUDIENCE),
        })
    });
    json!({"issuers": issuers.collect::<Vec<_>>()}).to_string()
}

/// Checks the spec in Flux's order and with its words (fluxcd/notification-controller v1.9.3,
/// `internal/controller/receiver_controller.go`, `internal/server/receiver_claims.go`).
pub(super) fn check(object: &ReceiverObject) -> Result<(), Unready> {
    let (takes_tokens, spec) = (takes_tokens(object), &object.spec);
    let providers = &spec.oidc_providers;
    if takes_tokens && providers.is_empty() {
        return wrong("generic-oidc receiver requires at least one oidcProvider");
    }
    if !takes_tokens && !providers.is_empty() {
        return wrong("oidcProviders can only be set when type is generic-oidc");
    }
    if takes_tokens && spec.secret_ref.is_some() {
        return wrong("secretRef cannot be set when type is generic-oidc");
    }
    if takes_tokens && spec.config.is_some() {
        return wrong(
            "config cannot be set when type is generic-oidc: oidcProviders is its config",
        );
    }
    let mut seen = HashSet::new();
    for (index, provider) in providers.iter().enumerate() {
        let at = format!("oidcProviders[{index}]");
        let url = provider.issuer_url.as_str();
        if url.is_empty() {
            return wrong(format!("{at}: issuerURL is required"));
        }
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return wrong(format!(
                "{at}: issuerURL {url:?} must start with http:// or https://"
            ));
        }
        if !seen.insert(url) {
            return wrong(format!("{at}: duplicate issuerURL {url:?}"));
        }
        if let Some(problem) = problem(provider) {
            return wrong(format!("{at} (issuerURL={url:?}): {problem}"));
        }
    }
    Ok(())
}

fn problem(provider: &OidcProvider) -> Option<String> {
    if provider.validations.is_empty() {
        let problem = "at least one validation is required; without validations any caller able \
                       to obtain a token from this issuer can trigger the Receiver";
        return Some(problem.to_owned());
    }
    for (index, variable) in provider.variables.iter().enumerate() {
        if variable.name.is_empty() {
            return Some(format!("variables[{index}]: name is required"));
        }
        if variable.expression.is_empty() {
            let name = &variable.name;
            return Some(format!(
                "variables[{index}] (name={name:?}): expression is required"
            ));
        }
    }
    for (index, validation) in provider.validations.iter().enumerate() {
        if validation.expression.is_empty() {
            return Some(format!("validations[{index}]: expression is required"));
        }
        if validation.message.is_empty() {
            return Some(format!("validations[{index}]: message is required"));
        }
    }
    None
}

fn wrong(message: impl Into<String>) -> Result<(), Unready> {
    Err(Unready::invalid(message))
}
