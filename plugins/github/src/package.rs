use bellpull_sdk::{ArtifactChange, Change, ImageReference, Selection};

use crate::repository::PAGE;

/// The events `package` (of hooks) and `registry_package` (of apps) have one form under two names.
pub(crate) const POINTERS: &[&str] = &[
    "/action",
    PAGE,
    "/package/package_type",
    "/package/namespace",
    "/package/name",
    "/package/package_version/version",
    "/package/package_version/package_url",
    "/package/package_version/container_metadata/tag/name",
    "/package/package_version/container_metadata/tag/digest",
    "/registry_package/package_type",
    "/registry_package/namespace",
    "/registry_package/name",
    "/registry_package/package_version/version",
    "/registry_package/package_version/package_url",
    "/registry_package/package_version/container_metadata/tag/name",
    "/registry_package/package_version/container_metadata/tag/digest",
];

/// The published container image. `None` for packages of other types.
pub(crate) fn change(root: &str, payload: &Selection) -> Option<Change> {
    let text = |member: &str| payload.text(&[root, member].concat());
    let kind = text("/package_type")?;
    if !kind.eq_ignore_ascii_case("container") && !kind.eq_ignore_ascii_case("docker") {
        return None;
    }
    let url = text("/package_version/package_url").map(ImageReference::of);
    let repository = match (&url, text("/namespace"), text("/name")) {
        (Some(image), _, _) if image.repository.contains('/') => image.repository.into(),
        // An Enterprise Server has its own registry, and the payload does not state its host.
        (_, Some(namespace), Some(name)) if is_github_com(payload) => {
            ["ghcr.io/", namespace, "/", name].concat()
        }
        _ => return None,
    };
    let version = text("/package_version/version").filter(|text| text.starts_with("sha256:"));
    let tag = text("/package_version/container_metadata/tag/name");
    let digest = text("/package_version/container_metadata/tag/digest").or(version);
    Some(Change::Artifact(ArtifactChange {
        // Names of images are in lower case (OCI distribution specification); names of owners need
        // not be.
        repositories: vec![repository.to_ascii_lowercase()],
        tag: tag.or(url.and_then(|image| image.tag)).map(String::from),
        digest: digest.map(String::from),
        deleted: false,
    }))
}

fn is_github_com(payload: &Selection) -> bool {
    let page = payload.text(PAGE);
    page.is_none_or(|page| page.starts_with("https://github.com/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "sha256:9b9f3d8f4b2c7a1e5d6c8b0a7f3e2d1c9b8a7f6e5d4c3b2a1f0e9d8c7b6a5f4e";

    fn artifact(payload: &Selection) -> ArtifactChange {
        match change("/package", payload) {
            Some(Change::Artifact(artifact)) => artifact,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn names_the_image_its_tag_and_digest() {
        let found = artifact(&Selection::from([
            ("/package/package_type", "CONTAINER"),
            ("/package/namespace", "Codertocat"),
            ("/package/name", "Hello-World"),
            (
                "/package/package_version/package_url",
                "ghcr.io/Codertocat/hello-world:v1",
            ),
            ("/package/package_version/container_metadata/tag/name", "v1"),
            (
                "/package/package_version/container_metadata/tag/digest",
                DIGEST,
            ),
        ]));
        assert_eq!(found.repositories, ["ghcr.io/codertocat/hello-world"]);
        assert_eq!(found.tag.as_deref(), Some("v1"));
        assert_eq!(found.digest.as_deref(), Some(DIGEST));
    }

    #[test]
    fn an_image_without_a_tag_has_none() {
        let found = artifact(&Selection::from([
            ("/package/package_type", "docker"),
            ("/package/package_version/version", DIGEST),
            ("/package/package_version/package_url", "ghcr.io/octo/app:"),
            ("/package/package_version/container_metadata/tag/name", ""),
        ]));
        assert_eq!(found.repositories, ["ghcr.io/octo/app"]);
        assert_eq!(found.tag, None);
        assert_eq!(found.digest.as_deref(), Some(DIGEST));
    }

    #[test]
    fn the_name_stands_in_for_the_url() {
        let found = artifact(&Selection::from([
            ("/package/package_type", "CONTAINER"),
            ("/package/namespace", "Octo"),
            ("/package/name", "team/App"),
        ]));
        assert_eq!(found.repositories, ["ghcr.io/octo/team/app"]);
        assert_eq!(found.tag, None);
        let elsewhere = Selection::from([
            ("/package/package_type", "CONTAINER"),
            ("/package/namespace", "Octo"),
            ("/package/name", "team/App"),
            (PAGE, "https://github.example.com/octo/app"),
        ]);
        assert_eq!(change("/package", &elsewhere), None);
    }

    #[test]
    fn other_packages_are_no_artifacts() {
        let npm = Selection::from([
            ("/package/package_type", "npm"),
            ("/package/namespace", "octo"),
            ("/package/name", "app"),
        ]);
        assert_eq!(change("/package", &npm), None);
        assert_eq!(change("/registry_package", &npm), None);
    }
}
