//! One file a target, or a family of targets.

mod bundles;
mod cases;
mod certificates;
mod components;
mod expressions;
mod http;
mod json_pointers;
mod keys;
mod manifests;
mod match_event;
mod presented;
mod providers;
mod redaction;
mod registries;
mod schemas;
mod tokens;
mod urls;
mod versions;

use crate::FuzzTarget;

/// Every target, by families.
pub(crate) const FAMILIES: &[&[FuzzTarget]] = &[
    bundles::TARGETS,
    certificates::TARGETS,
    http::TARGETS,
    keys::TARGETS,
    manifests::TARGETS,
    providers::TARGETS,
    registries::TARGETS,
    tokens::TARGETS,
    ALONE,
];

/// Those that are no family.
const ALONE: &[FuzzTarget] = &[
    cases::TARGET,
    components::TARGET,
    expressions::TARGET,
    json_pointers::TARGET,
    match_event::TARGET,
    presented::TARGET,
    redaction::TARGET,
    schemas::TARGET,
    urls::TARGET,
    versions::TARGET,
];
