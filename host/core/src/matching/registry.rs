use super::repository::Repository;

/// The registry that is meant where none is named.
const DOCKER_HUB: &str = "docker.io";

/// Reads the name of a repository of a container registry, as an OCIRepository, an ImageRepository
/// or a sender gives it; none where it is no such name.
///
/// Folded away: scheme, tag, digest, case (a repository's name is lower case by the OCI
/// distribution specification), the host's trailing dot, port 443, slashes too many, and Docker
/// Hub's short names. Any other port is another registry. The first part is a host if it has a dot
/// or a colon, as Flux reads it (google/go-containerregistry v0.21.6, `pkg/name/repository.go`).
pub(super) fn fold(text: &str) -> Option<Repository> {
    let (host, segments) = split(text)?;
    let named: Vec<&str> = segments.iter().map(String::as_str).collect();
    match *named.as_slice() {
        // Images that Docker Hub itself keeps.
        [official] if host == DOCKER_HUB => Repository::new(host, &["library", official]),
        ref all => Repository::new(host, all),
    }
}

/// Reads the name that repositories have in front, as a HelmRepository gives it: Docker Hub's short
/// names are none.
pub(super) fn fold_base(text: &str) -> Option<Repository> {
    let (host, segments) = split(text)?;
    let named: Vec<&str> = segments.iter().map(String::as_str).collect();
    Repository::new(host, &named)
}

/// The host, and the parts of the path.
fn split(text: &str) -> Option<(String, Vec<String>)> {
    let text = text.trim().to_lowercase();
    if text.contains(char::is_whitespace) {
        return None;
    }
    let name = text
        .split_once("://")
        .map_or(text.as_str(), |(_, name)| name);
    let name = name.split_once('@').map_or(name, |(name, _)| name);
    let (host, path) = match name.split_once('/') {
        Some((host, path)) if host.contains(['.', ':']) => (host, path),
        _ => (DOCKER_HUB, name),
    };
    let host = host.strip_suffix(":443").unwrap_or(host);
    let host = host.trim_end_matches('.');
    let mut segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if let Some(last) = segments.last_mut() {
        *last = last.split_once(':').map_or(*last, |(name, _)| name);
    }
    let (host, segments) = match host {
        "index.docker.io" | "registry-1.docker.io" => (DOCKER_HUB, segments.as_slice()),
        "hub.docker.com" | "registry.hub.docker.com" => (DOCKER_HUB, page(&segments)),
        _ => (host, segments.as_slice()),
    };
    let owned = segments.iter().map(|segment| (*segment).to_owned());
    Some((host.to_owned(), owned.collect()))
}

/// Docker Hub's webhooks give the page of a repository for its name (Docker's documentation,
/// "Webhooks").
fn page<'s, 't>(segments: &'s [&'t str]) -> &'s [&'t str] {
    match segments {
        ["r" | "u", name @ ..] if name.len() == 2 => name,
        ["_", name @ ..] if name.len() == 1 => name,
        name => name,
    }
}
