use bellpull_sdk::{Change, Event, GitChange, Refusal, Selection, git};

/// The event of "Send test ping" on the settings page.
pub(crate) const PING: &str = "ping";

const WORKFLOW: &str = "workflow-completed";
const JOB: &str = "job-completed";

/// The events of a webhook.
pub(crate) const EVENTS: &[&str] = &[JOB, PING, WORKFLOW];

/// The members of pipelines of GitHub OAuth and Bitbucket Cloud.
const VCS: [&str; 5] = [
    "/pipeline/vcs/target_repository_url",
    "/pipeline/vcs/origin_repository_url",
    "/pipeline/vcs/branch",
    "/pipeline/vcs/tag",
    "/pipeline/vcs/revision",
];
/// The members of pipelines of GitLab, GitHub App and Bitbucket Data Center: the URL to clone, the
/// ref and the commit.
const PARAMETERS: [&str; 5] = [
    "/pipeline/trigger_parameters/git/checkout_url",
    "/pipeline/trigger_parameters/git/ref",
    "/pipeline/trigger_parameters/git/branch",
    "/pipeline/trigger_parameters/git/tag",
    "/pipeline/trigger_parameters/git/checkout_sha",
];
/// The names of the repository in such pipelines. Each host of code sends others of them; a
/// pipeline that was triggered by the API has none.
const REPOSITORY: [&str; 4] = [
    PARAMETERS[0],
    "/pipeline/trigger_parameters/gitlab/repo_url",
    "/pipeline/trigger_parameters/gitlab/web_url",
    "/pipeline/trigger_parameters/github_app/repo_url",
];

/// The event's name.
pub(crate) const TYPE: &str = "/type";

/// The pointers for the facts of an event.
pub(crate) const POINTERS: &[&str] = &[
    "/id",
    "/workflow/status",
    "/job/status",
    VCS[0],
    VCS[1],
    VCS[2],
    VCS[3],
    VCS[4],
    PARAMETERS[0],
    PARAMETERS[1],
    PARAMETERS[2],
    PARAMETERS[3],
    PARAMETERS[4],
    REPOSITORY[1],
    REPOSITORY[2],
    REPOSITORY[3],
];

/// The event's name. The signature covers the name in the body, so that counts. If the header names
/// an event too, it must be the same.
pub(crate) fn kind<'p>(
    header: Option<&'p str>,
    payload: &'p Selection,
) -> Result<&'p str, Refusal> {
    let header = header.filter(|name| !name.is_empty());
    match (payload.text(TYPE), header) {
        (Some(signed), Some(stated)) if signed != stated => Err(Refusal::Malformed(
            "header and body name different events".into(),
        )),
        (Some(name), _) | (None, Some(name)) => Ok(name),
        (None, None) => Err(Refusal::Malformed(
            "neither circleci-event-type nor the body names an event".into(),
        )),
    }
}

/// The facts of an event. A test has the event's name and few of its members.
pub(crate) fn of(kind: &str, payload: &Selection) -> Event {
    let status = match kind {
        JOB => payload.text("/job/status"),
        _ => payload.text("/workflow/status"),
    };
    Event {
        action: status.map(String::from),
        changes: Some(built(payload))
            .filter(git::has_facts)
            .map(Change::Git)
            .into_iter()
            .collect(),
        ..Event::new(kind)
    }
}

/// The change that the pipeline built.
fn built(payload: &Selection) -> GitChange {
    let [target, origin, branch, tag, revision] = VCS.map(|pointer| payload.text(pointer));
    if let Some(target) = target {
        let somewhere = GitChange::in_repository(vec![target.into()]);
        // A branch of a fork is not the branch of that name here.
        if origin.is_some_and(|origin| origin != target) {
            return somewhere;
        }
        return GitChange {
            ref_: full(None, branch, tag),
            after: git::commit(revision),
            ..somewhere
        };
    }
    let [_, name, branch, tag, revision] = PARAMETERS.map(|pointer| payload.text(pointer));
    GitChange {
        ref_: full(name, branch, tag),
        after: git::commit(revision),
        ..GitChange::in_repository(git::repositories(payload, &REPOSITORY))
    }
}

fn full(name: Option<&str>, branch: Option<&str>, tag: Option<&str>) -> Option<String> {
    let is_full = |name: &&str| name.starts_with("refs/heads/") || name.starts_with("refs/tags/");
    if let Some(name) = name.filter(is_full) {
        return Some(name.into());
    }
    git::tag(tag).or_else(|| git::branch(branch))
}

#[cfg(test)]
mod tests;
