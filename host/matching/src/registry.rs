use super::registry_host::{self, DOCKER_HUB};
use super::repository::Repository;

/// The owner of Docker Hub's official images, which their short names leave out.
const LIBRARY: &str = "library";

/// Parses the name of a repository in a container registry, as an OCIRepository, an ImageRepository
/// or a sender gives it. `None` if it is not such a name.
///
/// Removed are the scheme, tag, digest, case (by the OCI distribution specification, names are in
/// lower case), the host's trailing dot, ports 443 and 80, and superfluous slashes. Aliases of
/// hosts and Docker Hub's short names are replaced. Any other port is another registry.
pub(super) fn normalize(text: &str) -> Option<Repository> {
    let name = without_scheme_and_digest(text)?;
    let (host, segments) = host_and_segments(&name, 0)?;
    match *segments.as_slice() {
        [official] if host == DOCKER_HUB => Repository::new(host, &[LIBRARY, official]),
        ref all => Repository::new(host, all),
    }
}

/// Parses the common prefix of repository names, as a HelmRepository gives it. It begins with the
/// host and may end there; Docker Hub's short names are not prefixes.
pub(super) fn normalize_base(text: &str) -> Option<Repository> {
    let name = without_scheme_and_digest(text)?;
    let (host, segments) = host_and_segments(&name, 1)?;
    Repository::base(host, &segments)
}

/// The repository of a chart below such a prefix.
pub(super) fn below(base: &Repository, chart: &str) -> Repository {
    let is_official = base.host == DOCKER_HUB && base.path.is_empty() && !chart.contains('/');
    match is_official {
        true => base.join(LIBRARY).join(chart),
        false => base.join(chart),
    }
}

/// The name without scheme and digest.
fn without_scheme_and_digest(text: &str) -> Option<String> {
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

/// The normalized host and the path segments of a name that is followed by at least `more`
/// segments.
///
/// As in Flux, the first segment is a host if it contains a dot or a colon
/// (google/go-containerregistry v0.21.6, `pkg/name/repository.go`). Otherwise Flux means Docker
/// Hub, even for `localhost`. But names on Docker Hub have one or two segments, so the first of
/// more segments is taken for a host of one label, such as the Service of a Harbor.
fn host_and_segments(name: &str, more: usize) -> Option<(String, Vec<&str>)> {
    let (first, rest) = match name.split_once('/') {
        Some((first, rest)) => (first, Some(rest)),
        None => (name, None),
    };
    let mut segments: Vec<&str> = rest.unwrap_or_default().split('/').collect();
    segments.retain(|segment| !segment.is_empty());
    let is_base = rest.is_none() && more > 0;
    let is_host = rest.is_some()
        && (first.contains(['.', ':']) || (first != "localhost" && segments.len() + more > 1));
    let host = match is_base || is_host {
        true => first,
        false => {
            segments.insert(0, first);
            DOCKER_HUB
        }
    };
    let usual = [":443", ":80"]
        .iter()
        .find_map(|port| host.strip_suffix(port));
    let host = usual.unwrap_or(host);
    let host = host.trim_end_matches('.');
    if let Some(last) = segments.last_mut() {
        *last = last.split_once(':').map_or(*last, |(name, _)| name);
    }
    segments.retain(|segment| !segment.is_empty());
    registry_host::normalize(host, &segments)
}
