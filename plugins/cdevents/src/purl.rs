//! Package URLs of images: <https://github.com/package-url/purl-spec>, types `oci` and `docker`.

use bellpull_sdk::{ImageReference, without_scheme};

use crate::attribute;

/// The image that a package URL names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Image {
    /// `registry/repository`. `None` if the URL does not state the registry.
    pub(crate) repository: Option<String>,
    pub(crate) tag: Option<String>,
    pub(crate) digest: Option<String>,
}

/// The image that a package URL names. `None` if it names something else.
pub(crate) fn image(text: &str) -> Option<Image> {
    let rest = text.strip_prefix("pkg:")?.trim_start_matches('/');
    let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
    let (path, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
    let (kind, path) = path.split_once('/')?;
    let (name, version) = match path.rsplit_once('@') {
        Some((name, version)) => (name, attribute::decoded(version)),
        None => (path, None),
    };
    let qualifier = |key| value_of(key, qualifiers);
    let name = attribute::decoded(name)?;
    let place = qualifier("repository_url").map(|url| below(&url, &name));
    let repository = match kind.to_ascii_lowercase().as_str() {
        "oci" => place,
        "docker" => place.or_else(|| Some(of_docker(&name))),
        _ => return None,
    };
    let is_digest = version
        .as_ref()
        .is_some_and(|version| version.contains(':'));
    let (digest, version) = if is_digest {
        (version, None)
    } else {
        (None, version)
    };
    let version = version.filter(|version| !version.is_empty());
    Some(Image {
        repository,
        tag: qualifier("tag").or(version),
        digest,
    })
}

/// The value of a qualifier, if it is not empty.
fn value_of(key: &str, qualifiers: &str) -> Option<String> {
    let value = qualifiers
        .split('&')
        .find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='));
    value
        .and_then(attribute::decoded)
        .filter(|value| !value.is_empty())
}

/// The repository of a `docker` URL. Without a registry it is on Docker Hub, and without an owner
/// it is in `library`. A first part that cannot be an owner is the registry, as BuildKit writes it
/// (`util/purl` of moby/buildkit).
fn of_docker(name: &str) -> String {
    let has = |sign: u8| name.bytes().position(|byte| byte == sign);
    let Some(slash) = has(b'/') else {
        return ["docker.io/library/", name].concat();
    };
    let is_host = [b'.', b':']
        .into_iter()
        .any(|sign| has(sign).is_some_and(|at| at < slash));
    [if is_host { "" } else { "docker.io/" }, name].concat()
}

/// The repository by `repository_url`. In the examples of the specification that is the whole name;
/// many senders write only what comes before the name. The name is appended unless the URL ends in
/// it.
fn below(url: &str, name: &str) -> String {
    let url = without_scheme(url).trim_end_matches('/');
    let place = match url.contains('/') {
        true => ImageReference::of(url).repository,
        false => url,
    };
    let ends = place.split_at_checked(place.len().saturating_sub(name.len()));
    match ends {
        Some((start, end)) if start.ends_with('/') && end.eq_ignore_ascii_case(name) => {
            place.into()
        }
        _ => [place, "/", name].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<[Option<String>; 3]> {
        image(text).map(|image| [image.repository, image.tag, image.digest])
    }

    fn expected(repository: &str, tag: &str, digest: &str) -> Option<[Option<String>; 3]> {
        let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Some([said(repository), said(tag), said(digest)])
    }

    /// A package URL, and the repository, tag and digest that it names. An empty text stands for
    /// none.
    const IMAGES: [(&str, &str, &str, &str); 16] = [
        (
            "pkg:oci/app@sha256%3A0b31?repository_url=ghcr.io/octo/app&tag=v1",
            "ghcr.io/octo/app",
            "v1",
            "sha256:0b31",
        ),
        (
            "pkg:oci/app@sha256%3A0b31?repository_url=ghcr.io/octo&tag=v1",
            "ghcr.io/octo/app",
            "v1",
            "sha256:0b31",
        ),
        (
            "pkg:oci/app?repository_url=localhost:5000",
            "localhost:5000/app",
            "",
            "",
        ),
        (
            "pkg:OCI/app?repository_url=ghcr.io/Octo/App:v1",
            "ghcr.io/Octo/App",
            "",
            "",
        ),
        (
            "pkg:oci/app?repository_url=ghcr.io/octo/my-app",
            "ghcr.io/octo/my-app/app",
            "",
            "",
        ),
        (
            "pkg:oci/é?repository_url=ghcr.io/octé/a%E2%82%AC",
            "ghcr.io/octé/a€/é",
            "",
            "",
        ),
        ("pkg:oci/app@sha256:0b31", "", "", "sha256:0b31"),
        ("pkg:oci/app?tag=v1", "", "v1", ""),
        (
            "pkg:oci/app?repository_url=https%3A%2F%2Fr.io%3A8443%2Focto%2Fapp%2F&arch=amd64#x",
            "r.io:8443/octo/app",
            "",
            "",
        ),
        (
            "pkg:docker/nginx@1.27",
            "docker.io/library/nginx",
            "1.27",
            "",
        ),
        (
            "pkg:docker/octo/app@sha256:0b31",
            "docker.io/octo/app",
            "",
            "sha256:0b31",
        ),
        (
            "pkg:docker/octo/app@v1?repository_url=gcr.io",
            "gcr.io/octo/app",
            "v1",
            "",
        ),
        (
            "pkg:docker/octo/app@v1?repository_url=gcr.io/octo/app",
            "gcr.io/octo/app",
            "v1",
            "",
        ),
        ("pkg://docker/nginx", "docker.io/library/nginx", "", ""),
        ("pkg:docker/my.app@v2", "docker.io/library/my.app", "v2", ""),
        (
            "pkg:docker/ghcr.io/octo/app@v2",
            "ghcr.io/octo/app",
            "v2",
            "",
        ),
    ];

    #[test]
    fn reads_images() {
        for (text, repository, tag, digest) in IMAGES {
            assert_eq!(parts(text), expected(repository, tag, digest), "{text}");
        }
    }

    #[test]
    fn what_is_no_image_is_none() {
        for text in [
            "",
            "ghcr.io/octo/app:v1",
            "pkg:golang/mygit.com/myorg/myapp@234fd47e",
            "pkg:oci",
            "pkg:",
        ] {
            assert_eq!(image(text), None, "{text}");
        }
    }
}
