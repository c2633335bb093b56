/// The events of Gitea and Forgejo, from `…-Event` and the exact `…-Event-Type`
/// (`modules/webhook/type.go` of either). The events of runs of actions have different names in the
/// two.
const OF_GITEA_AND_FORGEJO: &[&str] = &[
    "action_run_failure",
    "action_run_recover",
    "action_run_success",
    "create",
    "delete",
    "fork",
    "issue_assign",
    "issue_comment",
    "issue_label",
    "issue_milestone",
    "issues",
    "package",
    "pull_request",
    "pull_request_approved",
    "pull_request_assign",
    "pull_request_comment",
    "pull_request_label",
    "pull_request_milestone",
    "pull_request_rejected",
    "pull_request_review_approved",
    "pull_request_review_comment",
    "pull_request_review_rejected",
    "pull_request_review_request",
    "pull_request_sync",
    "push",
    "release",
    "repository",
    "status",
    "wiki",
    "workflow_job",
    "workflow_run",
];

/// The events of Gogs (`internal/database/webhook.go` of gogs/gogs).
const OF_GOGS: &[&str] = &[
    "create",
    "delete",
    "fork",
    "issue_comment",
    "issues",
    "pull_request",
    "push",
    "release",
];

/// The events of all three forges.
pub(crate) const EVENTS: &[&str] = OF_GITEA_AND_FORGEJO;

/// The events of one forge.
pub(crate) fn of(provider: &str) -> &'static [&'static str] {
    match provider {
        "gogs" => OF_GOGS,
        _ => OF_GITEA_AND_FORGEJO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gogs_sends_the_others_send_too() {
        assert!(OF_GOGS.iter().all(|event| EVENTS.contains(event)));
        assert_eq!(of("forgejo"), of("gitea"));
    }
}
