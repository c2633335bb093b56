use bellpull_sdk::host::document::Value;
use bellpull_sdk::{ArtifactChange, Change, Event, ImageReference, Refusal, Selection};

use crate::kinds;

const TYPE: &str = "/type";
/// A CloudEvent has an id; the default format has none.
const ID: &str = "/id";

/// What a resource says, in one of the formats.
struct Members {
    url: &'static str,
    tag: &'static str,
    digest: &'static str,
}

const DEFAULT: Members = Members {
    url: "/event_data/resources/*/resource_url",
    tag: "/event_data/resources/*/tag",
    digest: "/event_data/resources/*/digest",
};
const CLOUD_EVENT: Members = Members {
    url: "/data/resources/*/resource_url",
    tag: "/data/resources/*/tag",
    digest: "/data/resources/*/digest",
};
const NAME: &str = "/event_data/repository/name";

pub(crate) const POINTERS: &[&str] = &[TYPE, ID, NAME];
/// There may be more resources than the host answers.
pub(crate) const BULKY: &[&str] = &[
    DEFAULT.url,
    DEFAULT.tag,
    DEFAULT.digest,
    CLOUD_EVENT.url,
    CLOUD_EVENT.tag,
    CLOUD_EVENT.digest,
];

/// The facts of an event.
pub(crate) fn of(payload: &Selection) -> Result<Event, Refusal> {
    let kind = payload
        .text(TYPE)
        .ok_or_else(|| Refusal::Malformed("the body has no type".into()))?;
    let members = [DEFAULT, CLOUD_EVENT]
        .into_iter()
        .find(|members| !payload.all(members.url).is_empty());
    Ok(Event {
        delivery_id: payload.text(ID).map(String::from),
        changes: members.map_or_else(Vec::new, |members| changes(kind, payload, &members)),
        ..Event::new(kind)
    })
}

fn changes(kind: &str, payload: &Selection, members: &Members) -> Vec<Change> {
    let urls = payload.all(members.url).iter();
    let tags = payload.all(members.tag).iter();
    let digests = payload.all(members.digest).iter();
    urls.zip(tags.zip(digests))
        .filter_map(|(url, (tag, digest))| {
            // Without it, as in the events of quotas, nothing is said to have changed.
            let url = text(url)?;
            let reference = ImageReference::of(url);
            let repository = match kinds::is_of_chart(kind) {
                true => chart(reference.repository, payload.text(NAME)?)?,
                false => reference.repository.to_owned(),
            };
            Some(Change::Artifact(ArtifactChange {
                // What has no tag says its digest in its place.
                tag: text(tag).filter(|tag| !tag.contains(':')).map(String::from),
                digest: text(digest).or(reference.digest).map(String::from),
                deleted: kinds::deletes(kind),
                ..ArtifactChange::in_repository(vec![repository])
            }))
        })
        .collect()
}

/// `host/chartrepo/project/charts/name-version.tgz` is of the chart `name` in the Helm repository
/// `host/chartrepo/project`.
fn chart(url: &str, name: &str) -> Option<String> {
    let (index, _) = url.rsplit_once("/charts/")?;
    Some([index, "/", name].concat())
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
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
        match of(payload).map(|event| event.changes).as_deref() {
            Ok([Change::Artifact(artifact)]) => artifact.clone(),
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
        let mut uploaded = payload("UPLOAD_CHART", &DEFAULT, url, "1.2.0-rc.1", "");
        uploaded.extend([(NAME, vec![Value::Text("web-app".into())])]);
        let found = artifact(&uploaded);
        assert_eq!(
            found.repositories,
            ["hub.example.com/chartrepo/team/web-app"]
        );
        assert_eq!(found.tag.as_deref(), Some("1.2.0-rc.1"));
    }

    #[test]
    fn without_resources_nothing_is_known_to_have_changed() {
        let quota = payload("QUOTA_EXCEED", &DEFAULT, "", "v1", DIGEST);
        for payload in [quota, Selection::from([(TYPE, "REPLICATION")])] {
            let event = of(&payload).unwrap();
            assert!(event.changes.is_empty(), "{}", event.kind);
        }
    }

    #[test]
    fn without_a_type_it_is_refused() {
        let found = of(&Selection::from([(DEFAULT.tag, "v1")]));
        assert!(matches!(found, Err(Refusal::Malformed(_))), "{found:?}");
    }
}
