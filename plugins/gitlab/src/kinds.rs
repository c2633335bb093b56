/// The values of `X-Gitlab-Event`: the hooks of
/// <https://docs.gitlab.com/user/project/integrations/webhook_events/>, and `System Hook` of
/// <https://docs.gitlab.com/administration/system_hooks/>.
pub(crate) const EVENTS: &[&str] = &[
    "Confidential Issue Hook",
    "Confidential Note Hook",
    "Deployment Hook",
    "Emoji Hook",
    "Feature Flag Hook",
    "Issue Hook",
    "Job Hook",
    "Member Hook",
    "Merge Request Hook",
    "Milestone Hook",
    "Note Hook",
    "Pipeline Hook",
    "Project Hook",
    "Push Hook",
    "Release Hook",
    "Resource Access Token Hook",
    "Resource Deploy Token Hook",
    "Subgroup Hook",
    "System Hook",
    "Tag Push Hook",
    "Vulnerability Hook",
    "Wiki Page Hook",
];
