use percent_encoding::percent_decode_str;
use url::Url;

use super::git_host;
use super::repository::Repository;

/// The schemes of Git's transports (git-clone(1), "GIT URLS", and older names that Git still
/// accepts). All of them lead to the same repository of a server.
const SCHEMES: [&str; 8] = [
    "https",
    "http",
    "ssh",
    "git",
    "git+ssh",
    "ssh+git",
    "git+https",
    "git+http",
];

/// Parses the URL of a Git repository in any form that senders and GitRepositories use. `None` if
/// it is not such a URL.
///
/// Removed are the scheme, user, port, `.git`, the host's trailing dot, superfluous slashes,
/// percent-encoding and case. GitHub, GitLab, Bitbucket, Gitea and Azure DevOps ignore case in
/// names; on a host that does not, the cost is a superfluous reconcile instead of a missing one.
/// Servers that differ only in their port count as one. The query is kept, because gitweb names
/// repositories there.
pub(super) fn normalize(text: &str) -> Option<Repository> {
    let url = parse(text.trim())?;
    let host = url.host_str()?.trim_end_matches('.');
    let path = percent_decode_str(cut_after_project(url.path()))
        .decode_utf8()
        .ok()?;
    let path = path.to_lowercase();
    let mut segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if let Some(last) = segments.last_mut() {
        *last = last.strip_suffix(".git").unwrap_or(last);
    }
    segments.retain(|segment| !segment.is_empty());
    let mut repository = git_host::normalize(host, &segments)?;
    if let Some(query) = url.query().filter(|query| !query.is_empty()) {
        repository.path.extend(["?", query]);
    }
    Some(repository)
}

/// Cuts the path after a project that GitLab's API names in one segment (`projects/group%2Fname`).
fn cut_after_project(path: &str) -> &str {
    let id = path.find("/api/v4/projects/").map(|at| at + 17);
    let end = id.and_then(|id| path.get(id..)?.find('/').map(|length| id + length));
    end.and_then(|end| path.get(..end)).unwrap_or(path)
}

/// Parses every scheme as `https`, so that the URL standard's rules for hosts (case, IDNA,
/// addresses) apply to all.
fn parse(text: &str) -> Option<Url> {
    let https = |rest: &str| Url::parse(&["https://", rest].concat()).ok();
    if let Some((scheme, rest)) = text.split_once("://") {
        let known = SCHEMES
            .iter()
            .any(|known| known.eq_ignore_ascii_case(scheme));
        return known.then(|| https(rest)).flatten();
    }
    let first = text.split('/').next().unwrap_or_default();
    let has_user = first
        .split_once(':')
        .is_some_and(|(at, _)| at.contains('@'));
    // Some senders leave out the scheme: `git.example.com/acme/app`.
    if first.contains('.')
        && !has_user
        && let Some(url) = https(text)
    {
        return Some(url);
    }
    host_and_path_of_scp(text).and_then(|rest| https(&rest))
}

/// `[user@]host:path`, the form of scp(1), as `host/path`. Two colons name a remote helper of Git,
/// such as `codecommit::region://repository`.
fn host_and_path_of_scp(text: &str) -> Option<String> {
    let (place, path) = text.split_once(':')?;
    let host = place.rsplit('@').next().unwrap_or(place);
    let is_form = !host.is_empty() && !place.contains('/') && !path.starts_with(':');
    is_form.then(|| [host, "/", path].concat())
}
