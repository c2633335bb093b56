/// The trigger of a test, and of the moment when a configuration is enabled. All fields of the run
/// are null. Without an answer of 2xx the configuration cannot be enabled.
pub(crate) const VERIFICATION: &str = "verification";

/// The triggers of workspaces, projects and teams that a configuration can select.
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
