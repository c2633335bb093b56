use bellpull_sdk::{
    ArtifactChange, Change, Event, Refusal, Selection, Shape, is_tag, without_scheme,
};

/// The only event of Docker Hub. Deliveries do not name it.
pub(crate) const PUSH: &str = "push";
pub(crate) const EVENTS: &[&str] = &[PUSH];

const REGISTRY: &str = "docker.io";
const PUSHED: &str = "/push_data";
const TAG: &str = "/push_data/tag";
const REPOSITORY: &str = "/repository";
const FULL_NAME: &str = "/repository/repo_name";
const NAMESPACE: &str = "/repository/namespace";
const NAME: &str = "/repository/name";
const PAGE: &str = "/repository/repo_url";
/// The name of the repository in webhooks of Alibaba's registry, which otherwise have the form of
/// Docker Hub's and state no host (argoproj-labs/argocd-image-updater,
/// `pkg/webhook/aliyun_acr.go`).
const NAME_ELSEWHERE: &str = "/repository/repo_full_name";

pub(crate) const POINTERS: &[&str] = &[TAG, FULL_NAME, NAMESPACE, NAME, PAGE, NAME_ELSEWHERE];
/// Their answers may pass the bounds of the host.
pub(crate) const BULKY: &[&str] = &[PUSHED, REPOSITORY];

/// The members that Flux decodes. It refuses other types.
const SHAPES: &[(&str, Shape)] = &[
    (PUSHED, Shape::Object),
    (TAG, Shape::Text),
    (REPOSITORY, Shape::Object),
    (PAGE, Shape::Text),
];

/// The facts of a push. What the payload does not state is unknown.
pub(crate) fn of(payload: &Selection) -> Result<Event, Refusal> {
    payload.check_shapes(SHAPES)?;
    let tag = payload.text(TAG).filter(|tag| is_tag(tag));
    let named = name(payload).as_deref().map(repository);
    let change = ArtifactChange {
        tag: tag.map(String::from),
        ..ArtifactChange::in_repository(named.into_iter().collect())
    };
    Ok(Event {
        changes: vec![Change::Artifact(change)],
        ..Event::new(PUSH)
    })
}

/// The name of the repository, from the most reliable member that has it.
fn name(payload: &Selection) -> Option<String> {
    if payload.is_set(NAME_ELSEWHERE) {
        return None;
    }
    let parts = || Some([payload.text(NAMESPACE)?, "/", payload.text(NAME)?].concat());
    let page = || payload.text(PAGE).and_then(name_of_page).map(String::from);
    payload
        .text(FULL_NAME)
        .map(String::from)
        .or_else(parts)
        .or_else(page)
}

/// The repository as image references write it. Official images are in `library`.
fn repository(name: &str) -> String {
    let library = if name.contains('/') { "/" } else { "/library/" };
    [REGISTRY, library, name].concat()
}

/// The name of the repository in the URL of its page on hub.docker.com: `/r/owner/name`, formerly
/// `/u/owner/name`, `/repository/docker/owner/name` for its owner, and `/_/name` for official
/// images.
fn name_of_page(url: &str) -> Option<&str> {
    let (host, path) = without_scheme(url).split_once('/')?;
    if !host.ends_with("hub.docker.com") {
        return None;
    }
    let path = path.trim_end_matches('/');
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let (parts, named) = [("r/", 2), ("u/", 2), ("_/", 1), ("repository/docker/", 2)]
        .iter()
        .find_map(|(prefix, parts)| Some((*parts, path.strip_prefix(prefix)?)))?;
    // A repository has further pages below its own, such as `/tags`.
    let end = named.match_indices('/').nth(parts - 1).map(|(at, _)| at);
    let name = named.get(..end.unwrap_or(named.len()))?;
    Some(name).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use bellpull_sdk::host::document::Value;

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
            let found = artifact(&Selection::from([(TAG, "v1"), (FULL_NAME, name)]));
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
            ("hub.docker.com/r/octo/app", Some("octo/app")),
            (
                "https://hub.docker.com/repository/docker/octo/app",
                Some("octo/app"),
            ),
            (
                "https://hub.docker.com/repository/docker/octo/app/general",
                Some("octo/app"),
            ),
            (
                "https://hub.docker.com/r/octo/app/tags?page=1",
                Some("octo/app"),
            ),
            ("https://hub.docker.com/_/nginx/tags", Some("nginx")),
            ("https://example.com/r/octo/app", None),
            ("docker.io", None),
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
    fn namespace_and_name_stand_in_for_the_name() {
        let found = artifact(&Selection::from([(NAMESPACE, "octo"), (NAME, "app")]));
        assert_eq!(found.repositories, ["docker.io/octo/app"]);
        assert_eq!(found.tag, None);
    }

    #[test]
    fn what_is_not_said_is_not_known() {
        for payload in [
            Selection::from([]),
            Selection::from([(PAGE, "https://example.com/octo/app"), (TAG, "")]),
            Selection::from([(PAGE, "docker.io"), (TAG, "octo/app:v1")]),
            Selection::from([(NAMESPACE, "octo")]),
            Selection::from([
                (NAMESPACE, "octo"),
                (NAME, "app"),
                (NAME_ELSEWHERE, "octo/app"),
            ]),
        ] {
            let found = artifact(&payload);
            assert_eq!(found, ArtifactChange::in_repository(vec![]), "{payload:?}");
        }
    }

    #[test]
    fn refuses_what_flux_cannot_decode() {
        for (pointer, value) in [
            (PUSHED, Value::Text("v1".into())),
            (TAG, Value::Number("1".into())),
            (REPOSITORY, Value::Json("[]".into())),
            (PAGE, Value::Boolean(true)),
        ] {
            let found = of(&Selection::from_iter([(pointer, vec![value])]));
            assert!(matches!(found, Err(Refusal::Malformed(_))), "{pointer}");
        }
    }
}
