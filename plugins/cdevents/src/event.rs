use bellpull_sdk::{ArtifactChange, Change, Event, GitChange, Selection};

use crate::required::Checked;
use crate::{member, purl};

/// The pointers for the facts of every event, in addition to those of the checks.
pub(crate) const POINTERS: &[&str] = &[member::REPOSITORY, member::PAGE];

/// The facts of an event.
pub(crate) fn of(checked: &Checked<'_>, payload: &Selection) -> Event {
    let (subject, predicate) = checked.name.split_once('.').unwrap_or((checked.name, ""));
    let change = match subject {
        "change" | "branch" | "repository" => Some(Change::Git(git(subject, predicate, payload))),
        "artifact" => artifact(predicate, payload).map(Change::Artifact),
        _ => None,
    };
    let action = payload.text(member::OUTCOME).unwrap_or(predicate);
    Event {
        action: Some(action.into()),
        changes: change.into_iter().collect(),
        ..Event::new(checked.full)
    }
}

pub(crate) fn id(payload: &Selection) -> Option<String> {
    payload.text("/context/id").map(String::from)
}

/// A change of a repository. Its id may be any text; the repository is known only if the id is a
/// URL.
fn git(subject: &str, predicate: &str, payload: &Selection) -> GitChange {
    let named = match subject {
        "repository" => [
            payload.text(member::URL),
            payload.text(member::URI),
            payload.text(member::PAGE),
        ],
        _ => [payload.text(member::REPOSITORY), None, None],
    };
    let urls = named.into_iter().flatten().filter(|text| is_url(text));
    let is_ref = |id: &&str| subject == "branch" && id.starts_with("refs/heads/");
    GitChange {
        ref_: payload.text("/subject/id").filter(is_ref).map(String::from),
        deleted: predicate == "deleted",
        ..GitChange::in_repository(urls.map(String::from).collect())
    }
}

fn is_url(text: &str) -> bool {
    let has_scheme = |(_, rest): (&str, &str)| rest.starts_with("//");
    text.split_once(':').is_some_and(has_scheme) || text.starts_with("git@")
}

/// A change of an artifact in a registry. A packaged artifact is in no registry yet.
fn artifact(predicate: &str, payload: &Selection) -> Option<ArtifactChange> {
    if !matches!(predicate, "published" | "signed" | "deleted") {
        return None;
    }
    let image = purl::image(payload.text("/subject/id")?)?;
    Some(ArtifactChange {
        repositories: image.repository.into_iter().collect(),
        tag: image.tag,
        digest: image.digest,
        deleted: predicate == "deleted",
    })
}

/// Whether `spec.events` wants the event. The list may name the whole type, as in Flux, the type
/// without its version, or `<subject>.<predicate>`. If `Ce-Type` states another type than the event
/// itself, that type decides: Flux looks at nothing else.
pub(crate) fn wanted(listed: &[String], checked: &Checked<'_>, header: Option<&str>) -> bool {
    let wants = |name: &str| bellpull_sdk::events::wanted(listed, name);
    match header {
        Some(kind) if !kind.eq_ignore_ascii_case(checked.full) => wants(kind),
        _ => [checked.full, checked.unversioned, checked.name]
            .into_iter()
            .any(wants),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, members: &[(&'static str, &str)]) -> Event {
        let payload: Selection = members
            .iter()
            .map(|(pointer, text)| {
                let value = bellpull_sdk::host::document::Value::Text((*text).into());
                (*pointer, vec![value])
            })
            .collect();
        let unversioned = ["dev.cdevents.", name].concat();
        let full = [&unversioned, ".0.2.0"].concat();
        let checked = Checked {
            full: &full,
            unversioned: &unversioned,
            name,
        };
        of(&checked, &payload)
    }

    fn git_of(name: &str, members: &[(&'static str, &str)]) -> GitChange {
        match event(name, members).changes.pop() {
            Some(Change::Git(change)) => change,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_repository_is_known_by_a_url_alone() {
        for (id, known) in [
            ("https://git.example.com/octo/app", true),
            ("git@git.example.com:octo/app.git", true),
            ("octo/app", false),
        ] {
            let change = git_of("change.merged", &[(member::REPOSITORY, id)]);
            assert_eq!(!change.repositories.is_empty(), known, "{id}");
            assert_eq!(change.ref_, None);
        }
        let change = git_of(
            "repository.created",
            &[
                (member::URL, "https://a/b.git"),
                (member::PAGE, "https://a/b"),
            ],
        );
        assert_eq!(change.repositories, ["https://a/b.git", "https://a/b"]);
    }

    #[test]
    fn a_branch_is_known_by_its_full_name_alone() {
        let created = git_of("branch.created", &[("/subject/id", "refs/heads/dev")]);
        assert_eq!(created.ref_.as_deref(), Some("refs/heads/dev"));
        assert!(!created.deleted);
        let deleted = git_of("branch.deleted", &[("/subject/id", "dev")]);
        assert_eq!(deleted.ref_, None);
        assert!(deleted.deleted);
    }

    #[test]
    fn what_a_registry_gained_or_lost() {
        let id = "pkg:oci/app@sha256%3A00?repository_url=ghcr.io/octo/app&tag=v1";
        for (name, changes, deleted) in [
            ("artifact.published", 1, false),
            ("artifact.signed", 1, false),
            ("artifact.deleted", 1, true),
            ("artifact.packaged", 0, false),
            ("artifact.downloaded", 0, false),
        ] {
            let found = event(name, &[("/subject/id", id)]).changes;
            assert_eq!(found.len(), changes, "{name}");
            for change in found {
                let Change::Artifact(change) = change else {
                    panic!("{change:?}")
                };
                assert_eq!(change.repositories, ["ghcr.io/octo/app"]);
                assert_eq!(change.tag.as_deref(), Some("v1"));
                assert_eq!(change.digest.as_deref(), Some("sha256:00"));
                assert_eq!(change.deleted, deleted, "{name}");
            }
        }
        let other = event("artifact.published", &[("/subject/id", "pkg:npm/app@1")]);
        assert!(other.changes.is_empty());
    }

    #[test]
    fn the_action_is_the_outcome_or_what_happened() {
        let finished = event("testsuiterun.finished", &[(member::OUTCOME, "fail")]);
        assert_eq!(finished.action.as_deref(), Some("fail"));
        assert!(finished.changes.is_empty());
        let merged = event("change.merged", &[]);
        assert_eq!(merged.action.as_deref(), Some("merged"));
    }

    #[test]
    fn events_may_be_listed_in_three_ways() {
        let full = "dev.cdevents.change.merged.0.2.0";
        let checked = Checked {
            full,
            unversioned: "dev.cdevents.change.merged",
            name: "change.merged",
        };
        let of = |name: &str| wanted(&[name.to_owned()], &checked, None);
        assert!(wanted(&[], &checked, None));
        assert!(of(full));
        assert!(of("Dev.CDEvents.Change.Merged.0.2.0"));
        assert!(of("dev.cdevents.change.merged"));
        assert!(of("change.merged"));
        assert!(!of("change"));
        assert!(!of("dev.cdevents.change.merged.0.1.0"));
        let of = |name: &str, kind| wanted(&[name.to_owned()], &checked, Some(kind));
        assert!(of("change.merged", "Dev.CDEvents.change.merged.0.2.0"));
        assert!(of("cd.change.merged.v1", "cd.change.merged.v1"));
        assert!(!of("change.merged", "cd.change.merged.v1"));
        assert!(wanted(&[], &checked, Some("cd.change.merged.v1")));
    }
}
