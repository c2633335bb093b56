//! One file a target, or a family of targets.

mod components;
mod http;
mod json_pointers;
mod providers;

use crate::FuzzTarget;

/// Every target, by families.
pub(crate) const FAMILIES: &[&[FuzzTarget]] = &[TARGETS, http::TARGETS, providers::TARGETS];

const TARGETS: &[FuzzTarget] = &[components::TARGET, json_pointers::TARGET];
