use bellpull_sdk::{ArtifactChange, Change, Event, Selection, Shape, events, is_tag};

/// The values of `X-Nexus-Webhook-ID` of Nexus Repository and of IQ.
pub(crate) const EVENTS: &[&str] = &[
    ASSET,
    COMPONENT,
    "rm:global:audit",
    "rm:global:repository",
    "iq:applicationEvaluation",
    "iq:licenseOverrideManagement",
    "iq:policyAlert",
    "iq:policyManagement",
    "iq:securityVulnerabilityOverrideManagement",
];

const ASSET: &str = "rm:repository:asset";
const COMPONENT: &str = "rm:repository:component";

pub(crate) const REPOSITORY: &str = "/repositoryName";
const ACTION: &str = "/action";

pub(crate) const POINTERS: &[&str] = &[
    REPOSITORY,
    ACTION,
    "/component/format",
    "/component/name",
    "/component/version",
    "/asset/format",
    "/asset/name",
];

/// The members that Flux decodes. It refuses other types.
pub(crate) const SHAPES: &[(&str, Shape)] = &[(ACTION, Shape::Text), (REPOSITORY, Shape::Text)];

/// The facts of an event. Other senders than Nexus may leave the kind out. `registry` comes before
/// the name of an image, if it is known.
pub(crate) fn of(kind: Option<&str>, payload: &Selection, registry: Option<&str>) -> Event {
    let image = match kind {
        Some(COMPONENT) => component(payload),
        Some(ASSET) => asset(payload),
        Some(_) => None,
        None => component(payload).or_else(|| asset(payload)),
    };
    let change = image.map(|image| {
        let repository = registry.map(|registry| [registry, "/", image.name].concat());
        Change::Artifact(ArtifactChange {
            tag: image.tag.map(String::from),
            digest: image.digest.map(String::from),
            deleted: payload.text(ACTION) == Some("DELETED"),
            ..ArtifactChange::in_repository(repository.into_iter().collect())
        })
    });
    Event {
        action: payload.text(ACTION).map(String::from),
        changes: change.into_iter().collect(),
        ..Event::new(kind.unwrap_or(events::UNNAMED))
    }
}

/// An image within its registry.
struct Image<'p> {
    name: &'p str,
    tag: Option<&'p str>,
    digest: Option<&'p str>,
}

impl<'p> Image<'p> {
    /// The image with this reference: a tag, or a digest if it has no tag.
    fn new(name: &'p str, reference: Option<&'p str>) -> Self {
        let (digest, tag) = match reference {
            Some(reference) if reference.contains(':') => (Some(reference), None),
            tag => (None, tag.filter(|tag| is_tag(tag))),
        };
        Self { name, tag, digest }
    }
}

/// The image of a component: in the format `docker` a component is a tag.
fn component(payload: &Selection) -> Option<Image<'_>> {
    payload
        .text("/component/format")
        .filter(|format| *format == "docker")?;
    let name = payload.text("/component/name")?;
    Some(Image::new(name, payload.text("/component/version")))
}

/// The image of an asset: in the format `docker` an asset is a file, named by its path in the API
/// of the registry. Only manifests name an image. Newer versions begin the path with a slash.
fn asset(payload: &Selection) -> Option<Image<'_>> {
    payload
        .text("/asset/format")
        .filter(|format| *format == "docker")?;
    let path = payload.text("/asset/name")?;
    let path = path.strip_prefix('/').unwrap_or(path).strip_prefix("v2/")?;
    let (name, reference) = path.rsplit_once("/manifests/")?;
    Some(Image::new(name, Some(reference)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTRY: &str = "docker.example.com:8443";
    const DIGEST: &str = "sha256:9b9f3d8f4b2c7a1e5d6c8b0a7f3e2d1c9b8a7f6e5d4c3b2a1f0e9d8c7b6a5f4e";

    fn artifact(kind: &str, payload: &Selection, registry: Option<&str>) -> ArtifactChange {
        match of(Some(kind), payload, registry).changes.as_slice() {
            [Change::Artifact(artifact)] => artifact.clone(),
            other => panic!("{other:?}"),
        }
    }

    fn component_of(format: &'static str, action: &str, version: &str) -> Selection {
        Selection::from([
            (ACTION, action),
            ("/component/format", format),
            ("/component/name", "team/app"),
            ("/component/version", version),
        ])
    }

    fn asset_of(path: &str) -> Selection {
        Selection::from([
            (ACTION, "CREATED"),
            ("/asset/format", "docker"),
            ("/asset/name", path),
        ])
    }

    #[test]
    fn a_docker_component_is_a_tag() {
        for (action, deleted) in [("CREATED", false), ("UPDATED", false), ("DELETED", true)] {
            let payload = component_of("docker", action, "v1");
            let found = artifact(COMPONENT, &payload, Some(REGISTRY));
            assert_eq!(found.repositories, ["docker.example.com:8443/team/app"]);
            assert_eq!(found.tag.as_deref(), Some("v1"));
            assert_eq!(found.deleted, deleted, "{action}");
        }
    }

    #[test]
    fn without_a_registry_the_repository_is_not_known() {
        let found = artifact(COMPONENT, &component_of("docker", "CREATED", "v1"), None);
        assert!(found.repositories.is_empty());
        assert_eq!(found.tag.as_deref(), Some("v1"));
    }

    #[test]
    fn a_manifest_tells_an_image_and_a_layer_does_not() {
        for (path, tag, digest) in [
            ("v2/team/app/manifests/v1", Some("v1"), None),
            ("/v2/team/app/manifests/v1", Some("v1"), None),
            (
                "v2/team/app/manifests/sha256:9b9f3d8f4b2c7a1e5d6c8b0a7f3e2d1c9b8a7f6e5d4c3b2a1f0e9d8c7b6a5f4e",
                None,
                Some(DIGEST),
            ),
        ] {
            let found = artifact(ASSET, &asset_of(path), Some(REGISTRY));
            assert_eq!(found.repositories, ["docker.example.com:8443/team/app"]);
            assert_eq!(found.tag.as_deref(), tag, "{path}");
            assert_eq!(found.digest.as_deref(), digest, "{path}");
        }
        for path in ["v2/-/blobs/sha256:00", "team/app/manifests/v1", ""] {
            assert!(
                of(Some(ASSET), &asset_of(path), None).changes.is_empty(),
                "{path}"
            );
        }
    }

    #[test]
    fn other_formats_and_events_change_no_image() {
        let raw = component_of("maven2", "CREATED", "1.0");
        let docker = component_of("docker", "CREATED", "v1");
        for (kind, payload) in [
            (COMPONENT, &raw),
            ("rm:global:audit", &docker),
            ("iq:applicationEvaluation", &docker),
        ] {
            let event = of(Some(kind), payload, Some(REGISTRY));
            assert!(event.changes.is_empty(), "{kind}");
            assert_eq!(event.action.as_deref(), Some("CREATED"));
        }
    }

    #[test]
    fn without_a_kind_the_payload_says_what_it_is_of() {
        let image = of(
            None,
            &component_of("docker", "CREATED", "v1"),
            Some(REGISTRY),
        );
        assert_eq!(image.kind, "");
        assert_eq!(image.changes.len(), 1);
        let manifest = of(None, &asset_of("v2/team/app/manifests/v1"), Some(REGISTRY));
        assert_eq!(manifest.changes, image.changes);
        assert!(of(None, &Selection::from([]), None).changes.is_empty());
    }
}
