use bellpull_sdk::host::document::Value;
use bellpull_sdk::{ArtifactChange, Change, Event, Refusal, Selection, Shape, events, is_tag};

/// The test delivery of the portal and of `az acr webhook ping`. It has no facts.
pub(crate) const PING: &str = "ping";
/// The values of `action`.
pub(crate) const EVENTS: &[&str] = &[
    "push",
    "delete",
    "quarantine",
    "chart_push",
    "chart_delete",
    PING,
];

const ACTION: &str = "/action";
const ID: &str = "/id";
const TARGET: &str = "/target";
const HOST: &str = "/request/host";
const REPOSITORY: &str = "/target/repository";
const TAG: &str = "/target/tag";
const DIGEST: &str = "/target/digest";
const VERSION: &str = "/target/version";

pub(crate) const POINTERS: &[&str] = &[ACTION, ID, HOST, REPOSITORY, TAG, DIGEST, VERSION];
/// Its answer may pass the bounds of the host.
pub(crate) const BULKY: &[&str] = &[TARGET];

/// The members that Flux decodes. It refuses other types.
const SHAPES: &[(&str, Shape)] = &[
    (ACTION, Shape::Text),
    (TARGET, Shape::Object),
    (REPOSITORY, Shape::Text),
    (TAG, Shape::Text),
];

/// The event's name in the payload.
pub(crate) fn action(payload: &Selection) -> Option<&str> {
    payload.text(ACTION)
}

/// The facts of an event. Without an action no change is known.
pub(crate) fn of(payload: &Selection) -> Result<Event, Refusal> {
    payload.check_shapes(SHAPES)?;
    Ok(facts(payload))
}

fn facts(payload: &Selection) -> Event {
    let action = action(payload).unwrap_or(events::UNNAMED);
    Event {
        changes: change(action, payload).into_iter().collect(),
        ..Event::new(action)
    }
}

/// The facts of an event by its action, host, repository, tag, digest and version.
pub(crate) fn of_row(row: [Option<&str>; 6]) -> Event {
    let pointers = [ACTION, HOST, REPOSITORY, TAG, DIGEST, VERSION];
    let known = pointers.into_iter().zip(row);
    let known = known.filter_map(|(pointer, text)| {
        let text = Value::Text(text?.into());
        Some((pointer, vec![text]))
    });
    facts(&known.collect())
}

pub(crate) fn id(payload: &Selection) -> Option<String> {
    payload.text(ID).map(String::from)
}

fn change(action: &str, payload: &Selection) -> Option<Change> {
    let change = match action {
        "push" | "quarantine" | "delete" => image(payload),
        "chart_push" | "chart_delete" => chart(payload),
        _ => return None,
    };
    Some(Change::Artifact(ArtifactChange {
        deleted: matches!(action, "delete" | "chart_delete"),
        ..change
    }))
}

fn image(payload: &Selection) -> ArtifactChange {
    let named = payload.text(HOST).zip(payload.text(REPOSITORY));
    let repository = named.map(|(host, repository)| [host, "/", repository].concat());
    ArtifactChange {
        tag: payload
            .text(TAG)
            .filter(|tag| is_tag(tag))
            .map(String::from),
        digest: payload.text(DIGEST).map(String::from),
        ..ArtifactChange::in_repository(repository.into_iter().collect())
    }
}

/// A chart of the Helm repository of the registry. Its events state neither the host of the
/// registry nor a digest that an object could follow.
fn chart(payload: &Selection) -> ArtifactChange {
    let version = payload.text(VERSION);
    ArtifactChange {
        tag: version.map(|version| version.strip_suffix(".tgz").unwrap_or(version).into()),
        ..ArtifactChange::in_repository(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(payload: &Selection) -> ArtifactChange {
        match of(payload).map(|event| event.changes).as_deref() {
            Ok([Change::Artifact(artifact)]) => artifact.clone(),
            other => panic!("{other:?}"),
        }
    }

    fn image(action: &str) -> Selection {
        Selection::from([
            (ACTION, action),
            (HOST, "octo.azurecr.io"),
            (REPOSITORY, "team/app"),
            (TAG, "v1"),
            (DIGEST, "sha256:00"),
        ])
    }

    #[test]
    fn an_image_is_named_by_the_host_of_the_request() {
        for (action, deleted) in [("push", false), ("quarantine", false), ("delete", true)] {
            let found = artifact(&image(action));
            assert_eq!(found.repositories, ["octo.azurecr.io/team/app"]);
            assert_eq!(found.tag.as_deref(), Some("v1"));
            assert_eq!(found.digest.as_deref(), Some("sha256:00"));
            assert_eq!(found.deleted, deleted, "{action}");
        }
    }

    #[test]
    fn without_a_host_the_repository_is_not_known() {
        let found = artifact(&Selection::from([
            (ACTION, "push"),
            (REPOSITORY, "team/app"),
            (TAG, "v1"),
        ]));
        assert!(found.repositories.is_empty());
        assert_eq!(found.tag.as_deref(), Some("v1"));
    }

    #[test]
    fn a_chart_has_its_version_for_a_tag() {
        for (action, deleted) in [("chart_push", false), ("chart_delete", true)] {
            let mut payload = image(action);
            payload.extend([(VERSION, vec![Value::Text("5.4.0.tgz".into())])]);
            let found = artifact(&payload);
            assert!(found.repositories.is_empty());
            assert_eq!(found.tag.as_deref(), Some("5.4.0"));
            assert_eq!(found.digest, None);
            assert_eq!(found.deleted, deleted, "{action}");
        }
    }

    #[test]
    fn an_action_of_another_time_changes_what_is_not_known() {
        for action in [PING, "chart_frozen"] {
            let event = of(&image(action)).unwrap();
            assert_eq!((event.kind.as_str(), event.changes), (action, vec![]));
        }
    }

    #[test]
    fn without_an_action_nothing_is_known_to_have_changed() {
        for payload in [Selection::from([]), Selection::from([(REPOSITORY, "app")])] {
            let event = of(&payload).unwrap();
            assert_eq!((event.kind.as_str(), event.changes), ("", vec![]));
        }
    }

    #[test]
    fn refuses_what_flux_cannot_decode() {
        for pointer in [ACTION, TARGET, REPOSITORY, TAG] {
            let payload = Selection::from_iter([(pointer, vec![Value::Number("1".into())])]);
            let found = of(&payload);
            assert!(matches!(found, Err(Refusal::Malformed(_))), "{pointer}");
        }
    }
}
