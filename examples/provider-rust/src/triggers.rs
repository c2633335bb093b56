/// Sent when a configuration is enabled or tested, with every field of a run null. What answers
/// anything but 2xx to it cannot be enabled.
pub(crate) const VERIFICATION: &str = "verification";

/// The triggers that a configuration can be set to, of workspaces, projects and teams.
pub(crate) const ALL: &[&str] = &[
    "run:created",
    "run:planning",
    "run:needs_attention",
    "run:applying",
    "run:completed",
    "run:errored",
    "assessment:drifted",
    "assessment:check_failure",
    "assessment:failed",
    "workspace:auto_destroy_reminder",
    "workspace:auto_destroy_run_results",
    "team:change_request",
];
