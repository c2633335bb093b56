use bellpull_core::{ArtifactChange, Change, Event, GitChange, OtherChange, RequestChange, limits};

use crate::attempt::{Attempt, time};

/// The environment variables that describe an attempt.
///
/// A fact that the sender does not give has no variable. A fact that is empty, too long or has a
/// control character has none either: standard input has it unchanged. The variables of a change are set only
/// when there is exactly one. Kind and action are set when all events have the same.
pub(crate) fn environment(attempt: &Attempt<'_>) -> Vec<(&'static str, String)> {
    let (newest, target) = (attempt.newest, attempt.target);
    let acceptance = &newest.acceptance;
    let events: Vec<&Event> = acceptance.among(newest.selected).collect();
    let changes: Vec<&Change> = events.iter().flat_map(|event| &event.changes).collect();
    let some = |text: &str| Some(text.to_owned());
    let mut variables = vec![
        ("BELLPULL_EVENT_TIME", Some(time(newest.received))),
        ("BELLPULL_EVENT_DELIVERY", some(newest.delivery.as_str())),
        (
            "BELLPULL_EVENT_COALESCED",
            Some(attempt.others.len().to_string()),
        ),
        (
            "BELLPULL_EVENT_RECEIVER_NAMESPACE",
            some(&newest.receiver.namespace),
        ),
        ("BELLPULL_EVENT_RECEIVER_NAME", some(&newest.receiver.name)),
        ("BELLPULL_EVENT_PROVIDER", some(&newest.provider)),
        ("BELLPULL_EVENT_EVENTS", Some(events.len().to_string())),
        (
            "BELLPULL_EVENT_COMPLETE",
            Some(acceptance.complete.to_string()),
        ),
        (
            "BELLPULL_EVENT_KIND",
            of_all(&events, |event| Some(&event.kind)),
        ),
        (
            "BELLPULL_EVENT_ACTION",
            of_all(&events, |event| event.action.as_ref()),
        ),
        ("BELLPULL_EVENT_DELIVERY_ID", acceptance.delivery_id.clone()),
        ("BELLPULL_EVENT_SIGNED_AT", acceptance.signed_at.clone()),
        ("BELLPULL_EVENT_CHANGES", Some(changes.len().to_string())),
        (
            "BELLPULL_EVENT_TARGET_API_VERSION",
            some(&target.api_version),
        ),
        ("BELLPULL_EVENT_TARGET_KIND", some(&target.kind)),
        ("BELLPULL_EVENT_TARGET_NAMESPACE", some(&target.namespace)),
        ("BELLPULL_EVENT_TARGET_NAME", some(&target.name)),
        (
            "BELLPULL_EVENT_REQUESTED_AT",
            Some(time(attempt.requested_at)),
        ),
    ];
    match changes.as_slice() {
        [Change::Git(change)] => variables.extend(of_git(change)),
        [Change::Artifact(change)] => variables.extend(of_artifact(change)),
        [Change::Request(change)] => variables.extend(of_request(change)),
        [Change::Other(change)] => variables.extend(of_other(change)),
        _ => {}
    }
    variables
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.filter(|value| fits_variable(value))?)))
        .collect()
}

/// The value that all events have in common.
fn of_all<'e>(
    events: &[&'e Event],
    field: impl Fn(&'e Event) -> Option<&'e String>,
) -> Option<String> {
    let (first, others) = events.split_first()?;
    let value = field(first)?;
    let same = others.iter().all(|other| field(other) == Some(value));
    same.then(|| value.clone())
}

type CommandVariable = (&'static str, Option<String>);

fn of_git(change: &GitChange) -> [CommandVariable; 8] {
    let short = |prefix| {
        let name = change.reference.as_deref()?.strip_prefix(prefix)?;
        Some(name.to_owned())
    };
    [
        ("BELLPULL_EVENT_CHANGE", Some("git".to_owned())),
        (
            "BELLPULL_EVENT_REPOSITORY",
            change.repositories.first().cloned(),
        ),
        ("BELLPULL_EVENT_REF", change.reference.clone()),
        ("BELLPULL_EVENT_BRANCH", short("refs/heads/")),
        ("BELLPULL_EVENT_TAG", short("refs/tags/")),
        ("BELLPULL_EVENT_BEFORE", change.before.clone()),
        ("BELLPULL_EVENT_AFTER", change.after.clone()),
        ("BELLPULL_EVENT_DELETED", Some(change.deleted.to_string())),
    ]
}

fn of_artifact(change: &ArtifactChange) -> [CommandVariable; 5] {
    [
        ("BELLPULL_EVENT_CHANGE", Some("artifact".to_owned())),
        (
            "BELLPULL_EVENT_REPOSITORY",
            change.repositories.first().cloned(),
        ),
        ("BELLPULL_EVENT_TAG", change.tag.clone()),
        ("BELLPULL_EVENT_DIGEST", change.digest.clone()),
        ("BELLPULL_EVENT_DELETED", Some(change.deleted.to_string())),
    ]
}

fn of_request(change: &RequestChange) -> [CommandVariable; 9] {
    let number = Some(change.number.clone());
    let truth = |value: Option<bool>| value.map(|value| value.to_string());
    [
        ("BELLPULL_EVENT_CHANGE", Some("request".to_owned())),
        (
            "BELLPULL_EVENT_REPOSITORY",
            change.repositories.first().cloned(),
        ),
        ("BELLPULL_EVENT_REQUEST_NUMBER", number),
        ("BELLPULL_EVENT_REQUEST_ACTION", change.action.clone()),
        ("BELLPULL_EVENT_REQUEST_SOURCE", change.source.clone()),
        ("BELLPULL_EVENT_REQUEST_TARGET", change.target.clone()),
        ("BELLPULL_EVENT_REQUEST_HEAD", change.head.clone()),
        ("BELLPULL_EVENT_REQUEST_MERGED", truth(change.merged)),
        ("BELLPULL_EVENT_REQUEST_DRAFT", truth(change.draft)),
    ]
}

fn of_other(change: &OtherChange) -> [CommandVariable; 5] {
    [
        ("BELLPULL_EVENT_CHANGE", Some("other".to_owned())),
        ("BELLPULL_EVENT_OTHER_KIND", Some(change.kind.clone())),
        (
            "BELLPULL_EVENT_OTHER_LOCATION",
            change.locations.first().cloned(),
        ),
        ("BELLPULL_EVENT_OTHER_NAME", change.name.clone()),
        ("BELLPULL_EVENT_OTHER_REVISION", change.revision.clone()),
    ]
}

fn fits_variable(value: &str) -> bool {
    !value.is_empty() && value.len() <= limits::COMMAND_FACT && !value.contains(char::is_control)
}
