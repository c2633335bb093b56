//! What is particular to a registry's host: several names, and several forms of a path.

/// The registry that is meant where none is named.
pub(super) const DOCKER_HUB: &str = "docker.io";

/// The one name of a host, and the path there by that name; none where the path ends before it can be
/// said. All is in lower case.
pub(super) fn fold<'t>(host: &'t str, segments: &[&'t str]) -> Option<(String, Vec<&'t str>)> {
    let labels: Vec<&str> = host.split('.').collect();
    let (host, segments) = match *labels.as_slice() {
        // As Docker's client calls it in its configuration.
        ["index", "docker", "io"] => {
            let below = segments.strip_prefix(&["v1"]).unwrap_or(segments);
            (DOCKER_HUB.to_owned(), below.to_vec())
        }
        // All servers of `docker.io` have the same repositories.
        ["docker", "io"] | [_, "docker", "io"] => (DOCKER_HUB.to_owned(), segments.to_vec()),
        ["hub", "docker", "com"] | ["registry", "hub", "docker", "com"] => {
            (DOCKER_HUB.to_owned(), page(segments))
        }
        // Google's documentation, "Transition to repositories with gcr.io domain support".
        ["gcr", "io"] => container_registry("us", "gcr.io", segments)?,
        ["us", "gcr", "io"] => container_registry("us", "us.gcr.io", segments)?,
        ["eu", "gcr", "io"] => container_registry("europe", "eu.gcr.io", segments)?,
        ["asia", "gcr", "io"] => container_registry("asia", "asia.gcr.io", segments)?,
        // "Making requests to Amazon ECR registries": with FIPS, IPv6 and both.
        [account, "dkr", "ecr" | "ecr-fips", region, "amazonaws", ..]
        | [account, "dkr-ecr" | "dkr-ecr-fips", region, "on", ..] => {
            let host = [account, ".dkr.ecr.", region, partition(region)].concat();
            (host, segments.to_vec())
        }
        // "Making requests to Amazon ECR Public registries".
        ["ecr-public", "aws", "com"] => ("public.ecr.aws".to_owned(), segments.to_vec()),
        // Azure's documentation, "Connect privately to an Azure container registry" and "Regional
        // endpoints for geo-replicated registries".
        [registry, "privatelink", "azurecr", end] | [registry, _, "geo", "azurecr", end] => {
            ([registry, ".azurecr.", end].concat(), segments.to_vec())
        }
        // The domain alone changed: GitHub's documentation, "Migrating to the Container registry from
        // the Docker registry".
        ["docker", "pkg", "github", "com"] => ("ghcr.io".to_owned(), segments.to_vec()),
        _ => (host.to_owned(), segments.to_vec()),
    };
    Some((host, segments))
}

/// Docker Hub's webhooks give the page of a repository for its name (Docker's documentation,
/// "Webhooks").
fn page<'t>(segments: &[&'t str]) -> Vec<&'t str> {
    match *segments {
        ["r" | "u", owner, name, ..] | ["repository", "docker", owner, name, ..] => {
            vec![owner, name]
        }
        ["_", official, ..] => vec![official],
        ref name => name.to_vec(),
    }
}

/// Container Registry's names are kept by Artifact Registry, as repositories of these names in these
/// locations. Projects of a domain have it in front.
fn container_registry<'t>(
    location: &str,
    repository: &'t str,
    segments: &[&'t str],
) -> Option<(String, Vec<&'t str>)> {
    let length = match segments.first()?.contains('.') {
        true => 2,
        false => 1,
    };
    let (project, images) = segments.split_at_checked(length)?;
    let host = [location, "-docker.pkg.dev"].concat();
    Some((host, [project, &[repository], images].concat()))
}

/// How the names of a partition's services end.
fn partition(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => ".amazonaws.com.cn",
        Some("eusc") => ".amazonaws.eu",
        _ => ".amazonaws.com",
    }
}
