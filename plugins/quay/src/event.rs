use bellpull_sdk::host::document::Value;
use bellpull_sdk::{ArtifactChange, Change, Event, Selection};

use crate::kinds::{BUILD_SUCCESS, Kind, PUSH, VULNERABILITY};

const REPOSITORY: &str = "/docker_url";
const PUSHED: &str = "/updated_tags/*";
const BUILT: &str = "/docker_tags/*";
const VULNERABLE: &str = "/tags/*";

/// More tags than these of one push are not compared one by one.
const MOST_TAGS: usize = 256;

pub(crate) const POINTERS: &[&str] = &[
    REPOSITORY,
    "/namespace",
    "/updated_tags",
    "/vulnerability",
    "/vulnerabilities",
    "/error_message",
    "/manifest_digests",
    "/image_id",
    "/is_manual",
    "/build_id",
    "/message",
];
/// There may be more tags than the host answers.
pub(crate) const BULKY: &[&str] = &[PUSHED, BUILT, VULNERABLE];

/// The facts of an event.
pub(crate) fn of(kind: Kind, payload: &Selection) -> Event {
    Event {
        changes: changes(kind, payload),
        ..Event::new(kind.name)
    }
}

fn changes(kind: Kind, payload: &Selection) -> Vec<Change> {
    let Some(repository) = payload.text(REPOSITORY) else {
        return Vec::new();
    };
    let somewhere = ArtifactChange::in_repository(vec![repository.into()]);
    let tags = match kind {
        PUSH => payload.all(PUSHED),
        BUILD_SUCCESS => payload.all(BUILT),
        VULNERABILITY => payload.all(VULNERABLE),
        // Nothing has been pushed by these, or it is not said under which tag.
        _ => &[],
    };
    if tags.is_empty() || tags.len() > MOST_TAGS {
        return vec![Change::Artifact(somewhere)];
    }
    tags.iter()
        .map(|tag| {
            Change::Artifact(ArtifactChange {
                tag: match tag {
                    Value::Text(tag) if !tag.is_empty() => Some(tag.clone()),
                    _ => None,
                },
                ..somewhere.clone()
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::{BUILD, BUILD_FAILURE, OTHER};

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
        for kind in [BUILD, BUILD_FAILURE, OTHER] {
            assert_eq!(tags(kind, &with(BUILT, &["v1"])), [None], "{kind:?}");
        }
    }

    #[test]
    fn too_many_tags_are_any_tag() {
        let many = vec!["v1"; MOST_TAGS];
        assert_eq!(tags(PUSH, &with(PUSHED, &many)).len(), MOST_TAGS);
        let more = vec!["v1"; MOST_TAGS + 1];
        assert_eq!(tags(PUSH, &with(PUSHED, &more)), [None]);
        assert_eq!(tags(PUSH, &with(PUSHED, &[])), [None]);
    }

    #[test]
    fn a_namespace_is_no_repository() {
        let payload = Selection::from([("/namespace", "octo")]);
        assert!(of(OTHER, &payload).changes.is_empty());
    }
}
