use percent_encoding::percent_decode_str;
use url::Url;

use super::git_host;
use super::repository::Repository;

/// What the transports of Git are called (git-clone(1), "GIT URLS", and the older names that it
/// still takes). All of them lead to the same repository of a server.
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

/// Reads the URL of a Git repository, in any form that a sender or a GitRepository gives it; none
/// where it is no such URL.
///
/// Folded away: scheme, user, port, `.git`, the host's trailing dot, slashes too many,
/// percent-encoding, and case. GitHub, GitLab, Bitbucket, Gitea and Azure DevOps take names that
/// differ in case alone for one; of a host that would not, one reconcile too many is the cost, and
/// of the other answer one too few. Servers on one host, apart by their port alone, are one to this;
/// what is behind `?` is kept, since gitweb names repositories there.
pub(super) fn fold(text: &str) -> Option<Repository> {
    let url = parse(text.trim())?;
    let host = url.host_str()?.trim_end_matches('.');
    let path = percent_decode_str(of_project(url.path()))
        .decode_utf8()
        .ok()?;
    let path = path.to_lowercase();
    let mut segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if let Some(last) = segments.last_mut() {
        *last = last.strip_suffix(".git").unwrap_or(last);
    }
    segments.retain(|segment| !segment.is_empty());
    let mut folded = git_host::fold(host, &segments)?;
    if let Some(query) = url.query().filter(|query| !query.is_empty()) {
        folded.path.extend(["?", query]);
    }
    Some(folded)
}

/// A path without what follows a project that GitLab's API has by its name, which is one part there
/// (`projects/group%2Fname`).
fn of_project(path: &str) -> &str {
    let id = path.find("/api/v4/projects/").map(|at| at + 17);
    let end = id.and_then(|id| path.get(id..)?.find('/').map(|length| id + length));
    end.and_then(|end| path.get(..end)).unwrap_or(path)
}

/// Every scheme is parsed as `https`, so that the URL standard's rules for hosts (case, IDNA,
/// addresses) hold for all.
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
    // `git.example.com/acme/app`, as some senders shorten it.
    if first.contains('.')
        && !has_user
        && let Some(url) = https(text)
    {
        return Some(url);
    }
    scp(text).and_then(|rest| https(&rest))
}

/// `[user@]host:path`, the form of scp(1). What has two colons names a helper of Git's, such as
/// `codecommit::region://repository`.
fn scp(text: &str) -> Option<String> {
    let (place, path) = text.split_once(':')?;
    let host = place.rsplit('@').next().unwrap_or(place);
    let is_form = !host.is_empty() && !place.contains('/') && !path.starts_with(':');
    is_form.then(|| [host, "/", path].concat())
}
