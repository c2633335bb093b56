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
    let name = bare(text)?;
    let (host, path) = match name.split_once('/') {
        Some((host, path)) if host.contains(['.', ':']) => (host, path),
        _ => (DOCKER_HUB, name.as_str()),
    };
    let (host, segments) = parts(host, path);
    match *segments.as_slice() {
        // Images that Docker Hub itself keeps.
        [official] if host == DOCKER_HUB => Repository::new(host, &["library", official]),
        ref all => Repository::new(host, all),
    }
}

/// Reads the name that repositories have in front, as a HelmRepository gives it. It begins with the
/// host, and may end there: Docker Hub's short names are none.
pub(super) fn fold_base(text: &str) -> Option<Repository> {
    let name = bare(text)?;
    let (host, path) = name.split_once('/').unwrap_or((&name, ""));
    let (host, segments) = parts(host, path);
    Repository::base(host, &segments)
}

/// The name without scheme and digest.
fn bare(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    if text.contains(char::is_whitespace) {
        return None;
    }
    let name = text
        .split_once("://")
        .map_or(text.as_str(), |(_, name)| name);
    Some(
        name.split_once('@')
            .map_or(name, |(name, _)| name)
            .to_owned(),
    )
}

/// The host by its one name, and the parts of the path.
fn parts<'t>(host: &'t str, path: &'t str) -> (&'t str, Vec<&'t str>) {
    let host = host.strip_suffix(":443").unwrap_or(host);
    let host = host.trim_end_matches('.');
    let mut segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if let Some(last) = segments.last_mut() {
        *last = last.split_once(':').map_or(*last, |(name, _)| name);
    }
    match host {
        "index.docker.io" | "registry-1.docker.io" => (DOCKER_HUB, segments),
        "hub.docker.com" | "registry.hub.docker.com" => (DOCKER_HUB, page(&segments).to_vec()),
        _ => (host, segments),
    }
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
