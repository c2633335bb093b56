use bellpull_sdk::{ArtifactChange, Event, ImageReference, Selection, artifacts, events, is_tag};

use crate::kinds;

const TYPE: &str = "/type";
/// The same in the documentation of Harbor 1.10 and in the tests of Flux.
const FORMER_TYPE: &str = "/event_type";
/// The id of a CloudEvent. The default format has none.
const ID: &str = "/id";

/// The members of resources in one of the formats.
struct Members {
    url: &'static str,
    tag: &'static str,
    digest: &'static str,
    /// The URL of the first resource. All resources are of one repository.
    first_url: &'static str,
}

const DEFAULT: Members = Members {
    url: "/event_data/resources/*/resource_url",
    tag: "/event_data/resources/*/tag",
    digest: "/event_data/resources/*/digest",
    first_url: "/event_data/resources/0/resource_url",
};
const CLOUD_EVENT: Members = Members {
    url: "/data/resources/*/resource_url",
    tag: "/data/resources/*/tag",
    digest: "/data/resources/*/digest",
    first_url: "/data/resources/0/resource_url",
};
const NAME: &str = "/event_data/repository/name";

pub(crate) const POINTERS: &[&str] = &[
    TYPE,
    FORMER_TYPE,
    ID,
    NAME,
    DEFAULT.first_url,
    CLOUD_EVENT.first_url,
];
/// Their answers may pass the bounds of the host.
pub(crate) const BULKY: &[&str] = &[
    DEFAULT.url,
    DEFAULT.tag,
    DEFAULT.digest,
    CLOUD_EVENT.url,
    CLOUD_EVENT.tag,
    CLOUD_EVENT.digest,
];

/// The event's name in the payload.
pub(crate) fn kind(payload: &Selection) -> Option<&str> {
    payload.text(TYPE).or_else(|| payload.text(FORMER_TYPE))
}

/// The id of a CloudEvent.
pub(crate) fn id(payload: &Selection) -> Option<String> {
    payload.text(ID).map(String::from)
}

/// The facts of an event. Any payload is accepted, because Flux does not read the body.
pub(crate) fn of(payload: &Selection) -> Event {
    let kind = kind(payload).unwrap_or(events::UNNAMED);
    let changes = [DEFAULT, CLOUD_EVENT]
        .into_iter()
        .flat_map(|members| changes(kind, payload, &members));
    Event {
        changes: artifacts::changes(changes),
        ..Event::new(kind)
    }
}

fn changes(kind: &str, payload: &Selection, members: &Members) -> Vec<ArtifactChange> {
    if !payload.has(members.url) {
        let first = payload.text(members.first_url);
        let somewhere = first.map(|url| change(kind, payload, url, None, None));
        return somewhere.map_or_else(Vec::new, |change| vec![named_alone(change)]);
    }
    let resources = payload.rows([members.url, members.tag, members.digest]);
    // Without URLs, as in events of quotas, no change is known.
    if resources.iter().all(|[url, ..]| url.is_none()) {
        return Vec::new();
    }
    let told = |[url, tag, digest]: [Option<&str>; 3]| {
        change(kind, payload, url.unwrap_or_default(), tag, digest)
    };
    resources.into_iter().map(told).collect()
}

fn change(
    kind: &str,
    payload: &Selection,
    url: &str,
    tag: Option<&str>,
    digest: Option<&str>,
) -> ArtifactChange {
    let reference = ImageReference::of(url);
    let is_of_chart = kinds::is_of_chart(kind) || reference.repository.contains("/chartrepo/");
    let repository = match is_of_chart {
        true => chart(reference.repository, payload.text(NAME)),
        false => Some(reference.repository.to_owned()).filter(|name| !name.is_empty()),
    };
    ArtifactChange {
        // An artifact without a tag has its digest in this member.
        tag: tag
            .filter(|tag| is_of_chart || is_tag(tag))
            .map(String::from),
        digest: digest.or(reference.digest).map(String::from),
        deleted: kinds::deletes(kind),
        ..ArtifactChange::in_repository(repository.into_iter().collect())
    }
}

/// The change of the first of too many resources, reduced to what all of them share.
fn named_alone(change: ArtifactChange) -> ArtifactChange {
    ArtifactChange {
        tag: None,
        digest: None,
        ..change
    }
}

/// The chart in the Helm repository `host/chartrepo/project`, by the URL of its file,
/// `host/chartrepo/project/charts/name-version.tgz`.
fn chart(url: &str, name: Option<&str>) -> Option<String> {
    let (index, _) = url.rsplit_once("/charts/")?;
    Some([index, "/", name?].concat())
}

#[cfg(test)]
mod tests {
    use bellpull_sdk::Change;
    use bellpull_sdk::host::document::Value;

    use super::*;

    const DIGEST: &str = "sha256:9b9f3d8f4b2c7a1e5d6c8b0a7f3e2d1c9b8a7f6e5d4c3b2a1f0e9d8c7b6a5f4e";

    fn payload(kind: &str, members: &Members, url: &str, tag: &str, digest: &str) -> Selection {
        Selection::from([
            (TYPE, kind),
            (members.url, url),
            (members.tag, tag),
            (members.digest, digest),
        ])
    }

    fn artifact(payload: &Selection) -> ArtifactChange {
        match of(payload).changes.as_slice() {
            [Change::Artifact(artifact)] => artifact.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn both_formats_name_the_artifact() {
        for (kind, members, deleted) in [
            ("PUSH_ARTIFACT", DEFAULT, false),
            ("DELETE_ARTIFACT", DEFAULT, true),
            ("harbor.artifact.pushed", CLOUD_EVENT, false),
            ("harbor.artifact.deleted", CLOUD_EVENT, true),
            ("pushImage", DEFAULT, false),
            ("deleteImage", DEFAULT, true),
        ] {
            let url = "hub.example.com:8443/team/app:v1";
            let found = artifact(&payload(kind, &members, url, "v1", DIGEST));
            assert_eq!(found.repositories, ["hub.example.com:8443/team/app"]);
            assert_eq!(found.tag.as_deref(), Some("v1"));
            assert_eq!(found.digest.as_deref(), Some(DIGEST));
            assert_eq!(found.deleted, deleted, "{kind}");
        }
    }

    #[test]
    fn a_digest_is_no_tag() {
        let url = ["hub.example.com/team/app@", DIGEST].concat();
        let untagged = payload("PUSH_ARTIFACT", &DEFAULT, &url, DIGEST, "");
        let found = artifact(&untagged);
        assert_eq!(found.repositories, ["hub.example.com/team/app"]);
        assert_eq!(found.tag, None);
        assert_eq!(found.digest.as_deref(), Some(DIGEST));
    }

    #[test]
    fn a_chart_is_named_below_its_index() {
        let url = "https://hub.example.com/chartrepo/team/charts/web-app-1.2.0-rc.1.tgz";
        for (kind, deleted) in [
            ("UPLOAD_CHART", false),
            ("uploadChart", false),
            ("deleteChart", true),
        ] {
            let mut chart = payload(kind, &DEFAULT, url, "1.2.0-rc.1+7", "");
            let nameless = artifact(&chart);
            assert!(nameless.repositories.is_empty(), "{kind}");
            chart.extend([(NAME, vec![Value::Text("web-app".into())])]);
            let found = artifact(&chart);
            assert_eq!(
                found.repositories,
                ["hub.example.com/chartrepo/team/web-app"]
            );
            assert_eq!(found.tag.as_deref(), Some("1.2.0-rc.1+7"));
            assert_eq!(found.deleted, deleted, "{kind}");
        }
    }

    #[test]
    fn of_too_many_resources_the_repository_is_told_alone() {
        for (members, kind) in [
            (DEFAULT, "deleteImage"),
            (CLOUD_EVENT, "harbor.artifact.deleted"),
        ] {
            let url = "hub.example.com/team/app:v1";
            let found = artifact(&Selection::from([(TYPE, kind), (members.first_url, url)]));
            assert_eq!(found.repositories, ["hub.example.com/team/app"]);
            assert_eq!((found.tag, found.digest), (None, None));
            assert!(found.deleted);
        }
    }

    #[test]
    fn without_resources_nothing_is_known_to_have_changed() {
        let quota = payload("QUOTA_EXCEED", &DEFAULT, "", "v1", DIGEST);
        for payload in [quota, Selection::from([(TYPE, "REPLICATION")])] {
            let event = of(&payload);
            assert!(event.changes.is_empty(), "{}", event.kind);
        }
    }

    #[test]
    fn the_name_may_be_in_another_place_or_in_none() {
        for (payload, kind) in [
            (Selection::from([(FORMER_TYPE, "pushImage")]), "pushImage"),
            (Selection::from([]), ""),
        ] {
            let event = of(&payload);
            assert_eq!((event.kind.as_str(), event.changes), (kind, vec![]));
        }
    }
}
