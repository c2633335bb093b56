use super::http_location::{host_and_path, path_segments};
use super::repository::Repository;

/// Parses the address of a chart index, as a HelmRepository or a sender gives it. `None` if it is
/// not such an address. The scheme, user, port, case, superfluous slashes and the name of the file
/// are removed.
pub(super) fn normalize(text: &str) -> Option<Repository> {
    let (host, path) = host_and_path(text)?;
    let mut segments = path_segments(&path);
    if segments.last() == Some(&"index.yaml") {
        segments.pop();
    }
    Repository::base(host, &segments)
}
