//! One file a target, or a family of targets.

mod json_pointers;

use crate::FuzzTarget;

/// Every target, by name.
pub const TARGETS: &[FuzzTarget] = &[json_pointers::TARGET];
