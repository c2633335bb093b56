use bellpull_sdk::{Change, Event, GitChange, Refusal, Selection, git};

/// What was built, in the notification plugin and in the CloudEvents plugin.
const NOTIFICATION: [&str; 3] = ["/build/scm/url", "/build/scm/branch", "/build/scm/commit"];
const CLOUD_EVENT: [&str; 3] = [
    "/build/scmState/url",
    "/build/scmState/branch",
    "/build/scmState/commit",
];

const PHASE: &str = "/build/phase";

/// The pointers for every payload.
pub(crate) const POINTERS: &[&str] = &[
    PHASE,
    "/build/status",
    "/event",
    "/projectName",
    "/type",
    "/id",
    NOTIFICATION[0],
    NOTIFICATION[1],
    NOTIFICATION[2],
    CLOUD_EVENT[0],
    CLOUD_EVENT[1],
    CLOUD_EVENT[2],
];

/// The headers that state the event.
#[derive(Debug, Default)]
pub(crate) struct Headers {
    /// `ce-type` and `ce-id` of the CloudEvents plugin.
    pub(crate) cloud_event_type: Option<String>,
    pub(crate) cloud_event_id: Option<String>,
    /// `X-Event-Type` of generic-event.
    pub(crate) generic_event_type: Option<String>,
}

/// The facts of a delivery. Each plugin has its own form, which has a member that no other form
/// has.
///
/// # Errors
/// `malformed` for any other form.
pub(crate) fn of(sent: &Headers, payload: &Selection) -> Result<Event, Refusal> {
    let event = if let Some(kind) = &sent.cloud_event_type {
        if sent.cloud_event_id.as_ref().is_none_or(String::is_empty) {
            return Err(Refusal::Malformed("the CloudEvent has no ce-id".into()));
        }
        built(kind, &CLOUD_EVENT, payload)
    } else if let Some(phase) = payload.text(PHASE) {
        built(phase, &NOTIFICATION, payload)
    } else if let (Some(_), Some(kind)) = (&sent.generic_event_type, payload.text("/type")) {
        Event::new(kind)
    } else if let (Some(_), Some(kind)) = (payload.text("/projectName"), payload.text("/event")) {
        Event::new(kind)
    } else {
        return Err(Refusal::Malformed(
            "the delivery has neither a build's phase nor the form of a CloudEvent, generic event or outbound webhook"
                .into(),
        ));
    };
    if event.kind.is_empty() {
        return Err(Refusal::Malformed("the event has an empty name".into()));
    }
    Ok(event)
}

/// The id of the event, if the plugin sends one.
pub(crate) fn id(sent: &Headers, payload: &Selection) -> Option<String> {
    if sent.cloud_event_type.is_some() {
        return sent.cloud_event_id.clone();
    }
    let is_generic = sent.generic_event_type.is_some() && payload.text(PHASE).is_none();
    let id = payload.text("/id").filter(|_| is_generic);
    id.map(String::from)
}

/// An event that may be about the build of a commit.
fn built(kind: &str, pointers: &[&'static str; 3], payload: &Selection) -> Event {
    let [_, branch, commit] = pointers.map(|pointer| payload.text(pointer));
    let change = GitChange {
        after: git::commit(commit),
        ..GitChange::in_repository(git::repositories(payload, &pointers[..1]))
    };
    Event {
        action: payload.text("/build/status").map(String::from),
        changes: at(branch, change)
            .into_iter()
            .filter(git::has_facts)
            .map(Change::Git)
            .collect(),
        ..Event::new(kind)
    }
}

/// The changes of the branch that was built. Jenkins states it as `GIT_BRANCH` of its Git plugin,
/// with the remote in front, which usually is `origin`, or as a multibranch job calls it. Such a
/// job gives tags short names too.
fn at(name: Option<&str>, change: GitChange) -> Vec<GitChange> {
    let name = name.filter(|name| !matches!(*name, "detached" | "HEAD"));
    let remote = name.map(|name| name.strip_prefix("refs/remotes/").unwrap_or(name));
    match remote.and_then(|remote| remote.strip_prefix("origin/")) {
        Some(branch) => vec![GitChange {
            ref_: git::branch(Some(branch)),
            ..change
        }],
        None => git::branch_or_tag(remote, change),
    }
}

#[cfg(test)]
mod tests;
