//! ReceiverPlugins that must not serve, as the rows of a table.

use serde_json::Value;

use super::world::{CLOSED, FolderWorld, delivers, state, until_problem};

/// A ReceiverPlugin that must not serve.
pub(super) struct Unserved {
    name: &'static str,
    spec: Value,
    reason: &'static str,
    part: String,
}

/// A ReceiverPlugin of this spec must not serve for this reason, with this part of the message.
pub(super) fn unserved(
    name: &'static str,
    spec: Value,
    reason: &'static str,
    part: impl Into<String>,
) -> Unserved {
    let part = part.into();
    Unserved {
        name,
        spec,
        reason,
        part,
    }
}

/// Serves these ReceiverPlugins, and waits until each has been told.
#[track_caller]
pub(super) fn none_serves(world: &FolderWorld, flags: &[&str], cases: &[Unserved]) {
    for case in cases {
        world.declares(case.name, &case.spec);
    }
    let served = world.serve(flags);
    for case in cases {
        until_problem(&served, case.name, case.reason, &case.part);
        assert_eq!(
            state(&served, case.name)["state"],
            "failed",
            "{}",
            case.name
        );
    }
    delivers(&served, "mine", CLOSED);
}
