use bellpull_sdk::{ArtifactChange, Change, Event, Refusal, Selection, Shape};

/// The one thing that Docker Hub tells of. It has no name for it.
pub(crate) const PUSH: &str = "push";
pub(crate) const EVENTS: &[&str] = &[PUSH];

const REGISTRY: &str = "docker.io";
const TAG: &str = "/push_data/tag";
const NAME: &str = "/repository/repo_name";
const PAGE: &str = "/repository/repo_url";

pub(crate) const POINTERS: &[&str] = &[TAG, NAME, PAGE];

/// What Flux decodes, which refuses other types.
const SHAPES: &[(&str, Shape)] = &[(TAG, Shape::Text), (PAGE, Shape::Text)];

/// The push that the payload tells of.
pub(crate) fn of(payload: &Selection) -> Result<Event, Refusal> {
    payload.check_shapes(SHAPES)?;
    let tag = payload
        .text(TAG)
        .ok_or_else(|| Refusal::Malformed("the body has no push_data.tag".into()))?;
    let page = payload.text(PAGE).and_then(name_of_page);
    let name = payload.text(NAME).or(page).ok_or_else(|| {
        Refusal::Malformed(
            "the body names no repository: repo_name and repo_url are missing".into(),
        )
    })?;
    let change = ArtifactChange {
        tag: Some(tag.into()),
        ..ArtifactChange::in_repository(vec![repository(name)])
    };
    Ok(Event {
        changes: vec![Change::Artifact(change)],
        ..Event::new(PUSH)
    })
}

/// As image references name it: those that Docker itself keeps are in `library`.
fn repository(name: &str) -> String {
    let library = if name.contains('/') { "/" } else { "/library/" };
    [REGISTRY, library, name].concat()
}

/// The repository that a page of hub.docker.com is of: `/r/owner/name`, once `/u/owner/name`, and
/// `/_/name` for those that Docker itself keeps.
fn name_of_page(url: &str) -> Option<&str> {
    let (_, address) = url.split_once("://")?;
    let (_, path) = address.split_once('/')?;
    let path = path.trim_end_matches('/');
    let named = ["r/", "u/", "_/"]
        .iter()
        .find_map(|prefix| path.strip_prefix(prefix));
    named.filter(|name| !name.is_empty())
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

    #[test]
    fn names_the_repository_on_docker_io() {
        for (name, repository) in [
            ("octo/app", "docker.io/octo/app"),
            ("nginx", "docker.io/library/nginx"),
            ("library/nginx", "docker.io/library/nginx"),
        ] {
            let found = artifact(&Selection::from([(TAG, "v1"), (NAME, name)]));
            assert_eq!(found.repositories, [repository], "{name}");
            assert_eq!(found.tag.as_deref(), Some("v1"));
            assert_eq!(found.digest, None);
            assert!(!found.deleted);
        }
    }

    #[test]
    fn the_page_stands_in_for_the_name() {
        for (page, name) in [
            ("https://hub.docker.com/r/octo/app", Some("octo/app")),
            ("https://hub.docker.com/r/octo/app/", Some("octo/app")),
            (
                "https://registry.hub.docker.com/u/octo/app/",
                Some("octo/app"),
            ),
            ("https://hub.docker.com/_/nginx", Some("nginx")),
            ("https://hub.docker.com/r/", None),
            ("https://hub.docker.com/", None),
            ("hub.docker.com/r/octo/app", None),
            ("", None),
        ] {
            assert_eq!(name_of_page(page), name, "{page}");
        }
        let found = artifact(&Selection::from([
            (TAG, "v1"),
            (PAGE, "https://hub.docker.com/_/nginx"),
        ]));
        assert_eq!(found.repositories, ["docker.io/library/nginx"]);
    }

    #[test]
    fn what_names_no_push_is_refused() {
        for payload in [
            Selection::from([(NAME, "octo/app")]),
            Selection::from([(NAME, "octo/app"), (TAG, "")]),
            Selection::from([(TAG, "v1")]),
            Selection::from([(TAG, "v1"), (PAGE, "https://example.com/octo/app")]),
        ] {
            let found = of(&payload);
            assert!(
                matches!(found, Err(Refusal::Malformed(_))),
                "{payload:?}: {found:?}"
            );
        }
    }
}
