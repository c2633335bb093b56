use super::registry_host::{self, DOCKER_HUB};
use super::repository::Repository;

/// The owner of the images that Docker Hub itself keeps, which their short names leave out.
const LIBRARY: &str = "library";

/// Reads the name of a repository of a container registry, as an OCIRepository, an ImageRepository
/// or a sender gives it; none where it is no such name.
///
/// Folded away: scheme, tag, digest, case (a repository's name is lower case by the OCI
/// distribution specification), the host's trailing dot, ports 443 and 80, slashes too many, the second names
/// of a host, and Docker Hub's short names. Any other port is another registry.
pub(super) fn fold(text: &str) -> Option<Repository> {
    let name = bare(text)?;
    let (host, segments) = located(&name, 0)?;
    match *segments.as_slice() {
        [official] if host == DOCKER_HUB => Repository::new(host, &[LIBRARY, official]),
        ref all => Repository::new(host, all),
    }
}

/// Reads the name that repositories have in front, as a HelmRepository gives it. It begins with the
/// host, and may end there: Docker Hub's short names are none.
pub(super) fn fold_base(text: &str) -> Option<Repository> {
    let name = bare(text)?;
    let (host, segments) = located(&name, 1)?;
    Repository::base(host, &segments)
}

/// The repository of a chart below a base.
pub(super) fn below(base: &Repository, chart: &str) -> Repository {
    let is_official = base.host == DOCKER_HUB && base.path.is_empty() && !chart.contains('/');
    match is_official {
        true => base.join(LIBRARY).join(chart),
        false => base.join(chart),
    }
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

/// The host by its one name, and the parts of the path, of a name that has at least `more` parts behind.
///
/// The first part is a host if it has a dot or a colon, as Flux reads it (google/go-containerregistry
/// v0.21.6, `pkg/name/repository.go`). Where it has neither Flux means Docker Hub, even by `localhost`.
/// Docker Hub's repositories have one part or two: what has more is of a host of one label, such as a
/// Harbor's Service.
fn located(name: &str, more: usize) -> Option<(String, Vec<&str>)> {
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
    registry_host::fold(host, &segments)
}
