//! Tries a component before it serves.

use std::sync::Arc;

use bellpull_core::text::printable;
use bellpull_engine::Digest;
use bellpull_ports::{ConfigureError, Entry, Providers as _};
use bellpull_sandbox::{Catalog, LoadedComponent, Sandbox};
use bellpull_trust::{PluginProblem, PluginReason, PluginRules};
use semver::Version;

use crate::plan_types::SandboxRoutes;

/// How many Receivers are tried at most.
const MOST_TRIED: usize = 64;
/// Longest reason, bytes.
const MAX_REASON: usize = 1 << 10;

/// Checks that a component claims no other names than it may.
pub(super) fn claims(loaded: &LoadedComponent, rules: &PluginRules) -> Result<(), PluginProblem> {
    let claimed = loaded.description().providers.iter();
    let beyond: Vec<&str> = claimed
        .filter(|name| !rules.providers.contains(*name))
        .map(String::as_str)
        .collect();
    if beyond.is_empty() {
        return Ok(());
    }
    let allowed: Vec<&str> = rules.providers.iter().map(String::as_str).collect();
    Err(PluginProblem::new(
        PluginReason::ProvidersNotAllowed,
        format!(
            "the component claims {}, and spec.providers allows {} alone",
            beyond.join(", "),
            allowed.join(", ")
        ),
    ))
}

/// Checks that the version is not below the one that serves, or served last.
pub(super) fn not_lower(loaded: &LoadedComponent, last: &str) -> Result<(), PluginProblem> {
    let now = &loaded.description().version;
    let (Ok(last), parsed) = (Version::parse(last), Version::parse(now)) else {
        return Ok(());
    };
    let wrong = match parsed {
        Ok(parsed) if parsed >= last => return Ok(()),
        Ok(_) => format!("version {now}, which is below {last}"),
        // What is no version has been left out of the description.
        Err(_) => format!("a component without a version to compare with {last}"),
    };
    Err(PluginProblem::new(
        PluginReason::VersionLowered,
        format!(
            "the tag leads to {wrong}: go back by `bellpull plugins rollback`, or name the digest"
        ),
    ))
}

/// Checks that a component can configure at least one of the Receivers that it would serve. One that refuses a
/// Receiver has configured it: else whoever writes that Receiver could hold a new version back.
pub(super) async fn configures(
    sandbox: &Arc<Sandbox>,
    loaded: &LoadedComponent,
    routes: &SandboxRoutes,
) -> Result<(), PluginProblem> {
    let trial = Arc::new(loaded.for_replays());
    let names = &loaded.description().providers;
    let catalog = Catalog::of_one(Arc::clone(sandbox), &trial);
    let bound = routes.iter().filter_map(|(_, entry)| match entry {
        Entry::Serving(route) if names.contains(&route.bound.view.provider) => Some(&route.bound),
        _ => None,
    });
    let (mut tried, mut failed) = (0, None);
    for bound in bound.take(MOST_TRIED) {
        tried += 1;
        let configured = catalog.configure(&trial, bound.id(), &bound.view).await;
        match configured {
            Err(ConfigureError::Faulted(fault, reason)) => failed = Some((fault, reason)),
            _ => return Ok(()),
        }
    }
    match failed {
        None => Ok(()),
        Some((fault, reason)) => Err(PluginProblem::new(
            PluginReason::ConfigureFailed,
            format!(
                "configure fails for each of the {tried} Receivers that were tried: {fault}: {}",
                printable(&reason, MAX_REASON)
            ),
        )),
    }
}

/// Checks a digest against the one that the object names.
pub(super) fn is_named(digest: &str, rules: &PluginRules) -> Result<(), PluginProblem> {
    match &rules.digest {
        Some(named) if named != digest => Err(PluginProblem::new(
            PluginReason::VerificationFailed,
            format!("the source leads to {digest}, and digest names {named}"),
        )),
        _ => Ok(()),
    }
}

/// The digest of a component, as status and records write it.
pub(super) fn component_digest(wasm: &[u8]) -> String {
    Digest::of(wasm).to_string()
}
