//! What is particular to a host: several names, and several forms of a path.

use super::repository::Repository;

/// The one name for what this host has at `segments`; none where it is not known to have
/// repositories there. All is in lower case.
pub(super) fn fold(host: &str, segments: &[&str]) -> Option<Repository> {
    match host {
        // Where ssh is let through on port 443, by the hosts' own documentation.
        "ssh.github.com" => Repository::new("github.com", segments),
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

/// Servers that anyone may run, and so on any host. Bitbucket Data Center has `scm` in the path over
/// HTTPS, behind the path it is deployed at, and neither over ssh; its links are of a third form.
/// Gerrit has `a` in front where one authenticates. A group of these names on a server of another
/// kind loses it, so that `scm/a/b` is `a/b` there.
fn own_server(host: &str, segments: &[&str]) -> Option<Repository> {
    match *segments {
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
