//! The event `package` (`modules/structs/package.go` of go-gitea/gitea).

use bellpull_sdk::{ArtifactChange, Selection};

pub(crate) const POINTERS: [&str; 6] = [
    "/package/type",
    "/package/name",
    "/package/version",
    "/package/html_url",
    "/package/owner/login",
    "/package/owner/username",
];

/// The image of a container package. The registry of the forge is at the host of its pages. Names
/// of images are in lower case, whatever the owner's name is.
pub(crate) fn change(payload: &Selection) -> Option<ArtifactChange> {
    let [kind, name, version, page, login, username] =
        POINTERS.map(|pointer| payload.text(pointer));
    if kind != Some("container") {
        return None;
    }
    let (_, rest) = page?.split_once(':')?;
    let host = rest.strip_prefix("//")?.split('/').next()?;
    let repository = [host, "/", login.or(username)?, "/", name?].concat();
    let (tag, digest) = match version {
        Some(version) if version.contains(':') => (None, Some(version)),
        version => (version, None),
    };
    Some(ArtifactChange {
        repositories: vec![repository.to_ascii_lowercase()],
        tag: tag.map(String::from),
        digest: digest.map(String::from),
        deleted: payload.text("/action") == Some("deleted"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(kind: &'static str, version: &str, action: &str) -> Selection {
        Selection::from([
            ("/action", action),
            (POINTERS[0], kind),
            (POINTERS[1], "app/api"),
            (POINTERS[2], version),
            (
                POINTERS[3],
                "https://git.example.com:8443/Octo/-/packages/container/app%2Fapi/v1",
            ),
            (POINTERS[4], "Octo"),
        ])
    }

    #[test]
    fn names_an_image_as_it_is_pulled() {
        let change = change(&package("container", "v1", "created")).unwrap();
        assert_eq!(change.repositories, ["git.example.com:8443/octo/app/api"]);
        assert_eq!(change.tag.as_deref(), Some("v1"));
        assert_eq!(change.digest, None);
        assert!(!change.deleted);
    }

    #[test]
    fn tells_a_digest_from_a_tag() {
        let change = change(&package("container", "sha256:00ff", "deleted")).unwrap();
        assert_eq!(change.tag, None);
        assert_eq!(change.digest.as_deref(), Some("sha256:00ff"));
        assert!(change.deleted);
    }

    #[test]
    fn another_package_is_no_image() {
        assert_eq!(change(&package("npm", "1.0.0", "created")), None);
        let without_page = Selection::from([(POINTERS[0], "container"), (POINTERS[1], "app")]);
        assert_eq!(change(&without_page), None);
    }
}
