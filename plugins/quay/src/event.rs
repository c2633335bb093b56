use bellpull_sdk::host::document::Value;
use bellpull_sdk::{ArtifactChange, Change, Event, ImageReference, Selection, artifacts, is_tag};

use crate::kinds::{BUILD_SUCCESS, Kind, PUSH, VULNERABILITY};

const REPOSITORY: &str = "/docker_url";
const PUSHED: &str = "/updated_tags/*";
const BUILT: &str = "/docker_tags/*";
const VULNERABLE: &str = "/tags/*";

pub(crate) const POINTERS: &[&str] = &[
    REPOSITORY,
    "/namespace",
    "/updated_tags/0",
    "/vulnerability/id",
    "/vulnerabilities/0",
    "/manifest_digests/0",
    "/image_id",
    "/is_manual",
    "/build_id",
    "/message",
    "/expiring_in",
    "/threshold_percent",
    "/error_message",
];
/// Their answers may pass the bounds of the host.
pub(crate) const BULKY: &[&str] = &[
    "/updated_tags",
    "/vulnerability",
    "/vulnerabilities",
    "/manifest_digests",
    PUSHED,
    BUILT,
    VULNERABLE,
];

/// The facts of an event.
pub(crate) fn of(kind: Kind, payload: &Selection) -> Event {
    Event {
        changes: changes(kind, payload),
        ..Event::new(kind.name)
    }
}

fn changes(kind: Kind, payload: &Selection) -> Vec<Change> {
    let Some(repository) = payload.text(REPOSITORY).and_then(repository) else {
        return Vec::new();
    };
    let somewhere = ArtifactChange::in_repository(vec![repository.into()]);
    let tags = match kind {
        PUSH => payload.all(PUSHED),
        BUILD_SUCCESS => payload.all(BUILT),
        VULNERABILITY => payload.all(VULNERABLE),
        // These push nothing, or do not state the tag.
        _ => &[],
    };
    if tags.is_empty() {
        return vec![Change::Artifact(somewhere)];
    }
    artifacts::changes(tags.iter().map(|tag| ArtifactChange {
        tag: match tag {
            Value::Text(tag) if is_tag(tag) => Some(tag.clone()),
            _ => None,
        },
        ..somewhere.clone()
    }))
}

/// The repository of a URL. A registry alone, as in the tests of Flux, is not a repository.
fn repository(url: &str) -> Option<&str> {
    let repository = ImageReference::of(url).repository;
    repository.contains('/').then_some(repository)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::{BUILD, BUILD_FAILURE, EXPIRY, OTHER, QUOTA};

    fn with(pointer: &'static str, tags: &[&str]) -> Selection {
        let mut payload = Selection::from([(REPOSITORY, "quay.io/octo/app")]);
        let tags = tags.iter().map(|tag| Value::Text((*tag).into())).collect();
        payload.extend([(pointer, tags)]);
        payload
    }

    fn tags(kind: Kind, payload: &Selection) -> Vec<Option<String>> {
        of(kind, payload)
            .changes
            .into_iter()
            .map(|change| match change {
                Change::Artifact(artifact) => {
                    assert_eq!(artifact.repositories, ["quay.io/octo/app"]);
                    artifact.tag
                }
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn each_tag_is_a_change() {
        for (kind, pointer) in [
            (PUSH, PUSHED),
            (BUILD_SUCCESS, BUILT),
            (VULNERABILITY, VULNERABLE),
        ] {
            let found = tags(kind, &with(pointer, &["v1", "latest"]));
            assert_eq!(
                found,
                [Some("v1".into()), Some("latest".into())],
                "{kind:?}"
            );
        }
    }

    #[test]
    fn a_build_that_pushed_nothing_names_the_repository_alone() {
        for kind in [BUILD, BUILD_FAILURE, EXPIRY, OTHER] {
            assert_eq!(tags(kind, &with(BUILT, &["v1"])), [None], "{kind:?}");
        }
    }

    #[test]
    fn without_tags_any_may_have_moved() {
        assert_eq!(tags(PUSH, &with(PUSHED, &[])), [None]);
    }

    #[test]
    fn a_repository_is_known_by_its_whole_name() {
        for (url, expected) in [
            ("quay.io/octo/app", Some("quay.io/octo/app")),
            ("https://quay.io/octo/app", Some("quay.io/octo/app")),
            ("quay:8443/octo/app", Some("quay:8443/octo/app")),
            ("docker.io", None),
        ] {
            assert_eq!(repository(url), expected, "{url}");
        }
        let namespace = Selection::from([("/namespace", "octo")]);
        assert!(of(QUOTA, &namespace).changes.is_empty());
    }
}
