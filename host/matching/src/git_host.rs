//! Rules of particular Git hosts, which have several names or several forms of a path.

use super::repository::Repository;

/// The normal form of the repository at `segments` of a host. `None` if the host is known to have
/// no repository there. All input is in lower case.
pub(super) fn normalize(host: &str, segments: &[&str]) -> Option<Repository> {
    if let Some(api) = api_address(host, segments) {
        return api_repository(host, &api);
    }
    match host {
        // Hosts for ssh on port 443, from the documentation of the providers.
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
                None => self_hosted(host, segments),
            },
        },
    }
}

/// Azure DevOps: `organisation/project/_git/repository` over HTTPS, and
/// `v3/organisation/project/repository` over ssh (Azure Repos, "Use SSH key authentication"). The
/// HTTPS form may leave out a project that is named as its repository.
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

/// Azure DevOps by its former host names, which contain the organisation.
fn visual_studio(organisation: &str, segments: &[&str]) -> Option<Repository> {
    let below = match segments {
        ["defaultcollection", below @ ..] => below,
        below => below,
    };
    azure(&[&[organisation], below].concat())
}

/// An address below the root of a REST API.
struct ApiAddress<'s, 'p> {
    /// The path prefix of the server.
    deployed: &'s [&'p str],
    /// The path below the root of the API.
    below: &'s [&'p str],
}

/// Recognises the address of a repository in a REST API, which some senders give: GitHub, Gitea and
/// its relatives (`repos/owner/name`), Bitbucket Cloud (`repositories/workspace/name`) and GitLab
/// (`projects/group%2Fname`).
fn api_address<'s, 'p>(host: &str, segments: &'s [&'p str]) -> Option<ApiAddress<'s, 'p>> {
    let (deployed, below) = match host {
        _ if github_web_host(host).is_some() => (segments.get(..0)?, segments),
        "api.bitbucket.org" => (segments.get(..0)?, segments.strip_prefix(&["2.0"])?),
        _ => {
            let versions = |pair: &[&str]| matches!(pair, ["api", "v1" | "v3" | "v4" | "2.0"]);
            let root = segments.windows(2).position(versions)?;
            (segments.get(..root)?, segments.get(root + 2..)?)
        }
    };
    let names = matches!(below, ["repos" | "repositories" | "projects", ..]);
    names.then_some(ApiAddress { deployed, below })
}

/// The repository at an address in a REST API. `None` if the API names it by a number.
fn api_repository(host: &str, api: &ApiAddress<'_, '_>) -> Option<Repository> {
    let host = match host {
        "api.bitbucket.org" => "bitbucket.org",
        other => github_web_host(other).unwrap_or(other),
    };
    let names = match api.below {
        ["projects", names @ ..] if names.len() > 1 => names,
        ["repos" | "repositories", names @ ..] => names.get(..2)?,
        _ => return None,
    };
    Repository::new(host, &[api.deployed, names].concat())
}

/// The host of GitHub's web pages for a host of its API: github.com, and hosts with data residency
/// (GitHub's documentation, "Network details for GHE.com").
fn github_web_host(api: &str) -> Option<&str> {
    let host = api.strip_prefix("api.")?;
    (host == "github.com" || host.ends_with(".ghe.com")).then_some(host)
}

/// Servers that anyone can run on any host. Bitbucket Data Center has its path prefix and `scm` in
/// the path over HTTPS, neither over ssh, and a third form in its links. Gerrit prefixes `a` for
/// authenticated access. On a server of another kind, a group with one of these names is dropped
/// too: `scm/a/b` becomes `a/b`.
fn self_hosted(host: &str, segments: &[&str]) -> Option<Repository> {
    match *segments {
        // Azure DevOps Server names the repository only by an id.
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
