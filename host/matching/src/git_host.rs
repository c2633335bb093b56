//! What is particular to a host: several names, and several forms of a path.

use super::repository::Repository;

/// The one name for what this host has at `segments`; none where it is not known to have
/// repositories there. All is in lower case.
pub(super) fn fold(host: &str, segments: &[&str]) -> Option<Repository> {
    if let Some(api) = below_api(host, segments) {
        return of_api(host, &api);
    }
    match host {
        // Where ssh is let through on port 443, by the hosts' own documentation.
        "ssh.github.com" | "www.github.com" => Repository::new("github.com", segments),
        "www.gitlab.com" => Repository::new("gitlab.com", segments),
        "altssh.gitlab.com" => Repository::new("gitlab.com", segments),
        "altssh.bitbucket.org" => Repository::new("bitbucket.org", segments),
        "github.com" | "gitlab.com" | "bitbucket.org" | "codeberg.org" | "gitea.com" => {
            Repository::new(host, segments)
        }
        "dev.azure.com" | "ssh.dev.azure.com" | "vs-ssh.visualstudio.com" => azure(segments),
        _ => match host.strip_suffix(".visualstudio.com") {
            Some(organisation) => visual_studio(organisation, segments),
            None => match host.strip_prefix("git-codecommit-fips.") {
                Some(rest) => Repository::new(["git-codecommit.", rest].concat(), segments),
                None => own_server(host, segments),
            },
        },
    }
}

/// Azure DevOps: `organisation/project/_git/repository` over HTTPS, without the project where it is
/// named as its repository, and `v3/organisation/project/repository` over ssh (Azure Repos, "Use SSH
/// key authentication").
fn azure(segments: &[&str]) -> Option<Repository> {
    // Variants of the same repository with fewer refs or objects.
    let variant = |segment: &&&str| !matches!(**segment, "_full" | "_optimized");
    let plain: Vec<&str> = segments.iter().filter(variant).copied().collect();
    let (organisation, project, repository) = match *plain.as_slice() {
        ["v3", organisation, project, repository]
        | [organisation, project, .., "_git", repository] => (organisation, project, repository),
        [organisation, "_git", repository] => (organisation, repository, repository),
        _ => return None,
    };
    Repository::new("dev.azure.com", &[organisation, project, repository])
}

/// Azure DevOps under its former name, where the organisation is in the host's.
fn visual_studio(organisation: &str, segments: &[&str]) -> Option<Repository> {
    let below = match segments {
        ["defaultcollection", below @ ..] => below,
        below => below,
    };
    azure(&[&[organisation], below].concat())
}

/// An address below the root of a REST API.
struct Api<'s, 'p> {
    /// The path that the server is deployed at.
    deployed: &'s [&'p str],
    /// What follows the root.
    below: &'s [&'p str],
}

/// What follows the root of a REST API in the address that a repository has there, which is what
/// some senders know it by: of GitHub, Gitea and its kin (`repos/owner/name`), Bitbucket Cloud
/// (`repositories/workspace/name`) and GitLab (`projects/group%2Fname`).
fn below_api<'s, 'p>(host: &str, segments: &'s [&'p str]) -> Option<Api<'s, 'p>> {
    let (deployed, below) = match host {
        _ if github(host).is_some() => (segments.get(..0)?, segments),
        "api.bitbucket.org" => (segments.get(..0)?, segments.strip_prefix(&["2.0"])?),
        _ => {
            let versions = |pair: &[&str]| matches!(pair, ["api", "v1" | "v3" | "v4" | "2.0"]);
            let root = segments.windows(2).position(versions)?;
            (segments.get(..root)?, segments.get(root + 2..)?)
        }
    };
    let names = matches!(below, ["repos" | "repositories" | "projects", ..]);
    names.then_some(Api { deployed, below })
}

/// The repository at an address below a REST API; none where the API calls it by a number.
fn of_api(host: &str, api: &Api<'_, '_>) -> Option<Repository> {
    let host = match host {
        "api.bitbucket.org" => "bitbucket.org",
        other => github(other).unwrap_or(other),
    };
    let names = match api.below {
        ["projects", names @ ..] if names.len() > 1 => names,
        ["repos" | "repositories", names @ ..] => names.get(..2)?,
        _ => return None,
    };
    Repository::new(host, &[api.deployed, names].concat())
}

/// The host of the pages of which this is the API: github.com, and those with data residency
/// (GitHub's documentation, "Network details for GHE.com").
fn github(api: &str) -> Option<&str> {
    let host = api.strip_prefix("api.")?;
    (host == "github.com" || host.ends_with(".ghe.com")).then_some(host)
}

/// Servers that anyone may run, and so on any host. Bitbucket Data Center has `scm` in the path over
/// HTTPS, behind the path it is deployed at, and neither over ssh; its links are of a third form.
/// Gerrit has `a` in front where one authenticates. A group of these names on a server of another
/// kind loses it, so that `scm/a/b` is `a/b` there.
fn own_server(host: &str, segments: &[&str]) -> Option<Repository> {
    match *segments {
        // Azure DevOps Server has no more to say which repository its API means by an id.
        [.., "_apis", "git", "repositories", _] => None,
        [ref above @ .., "_git", repository]
        | [ref above @ .., "_git", "_full" | "_optimized", repository] => {
            let above = above.strip_suffix(&[repository]).unwrap_or(above);
            Repository::new(host, &[above, &["_git", repository]].concat())
        }
        [.., "scm", project, repository]
        | [.., "projects", project, "repos", repository]
        | [.., "projects", project, "repos", repository, "browse"] => {
            Repository::new(host, &[project, repository])
        }
        [.., "users", user, "repos", repository]
        | [.., "users", user, "repos", repository, "browse"] => {
            Repository::new(host, &[&["~", user].concat(), repository])
        }
        ["a", ref below @ ..] if !below.is_empty() => Repository::new(host, below),
        ref all => Repository::new(host, all),
    }
}
