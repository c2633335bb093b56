//! Rules of particular registries, which have several host names or several forms of a path.

/// The registry of names without a host.
pub(super) const DOCKER_HUB: &str = "docker.io";

/// The normal name of a host and the path of a repository there. `None` if the path is too short to
/// tell. All input is in lower case.
pub(super) fn normalize<'t>(host: &'t str, segments: &[&'t str]) -> Option<(String, Vec<&'t str>)> {
    let labels: Vec<&str> = host.split('.').collect();
    let (host, segments) = match *labels.as_slice() {
        // The name in the configuration of Docker's client.
        ["index", "docker", "io"] => {
            let below = segments.strip_prefix(&["v1"]).unwrap_or(segments);
            (DOCKER_HUB.to_owned(), below.to_vec())
        }
        // Every host below `docker.io` has the same repositories.
        ["docker", "io"] | [_, "docker", "io"] => (DOCKER_HUB.to_owned(), segments.to_vec()),
        ["hub", "docker", "com"] | ["registry", "hub", "docker", "com"] => {
            (DOCKER_HUB.to_owned(), hub_page(segments))
        }
        // Google's documentation, "Transition to repositories with gcr.io domain support".
        ["gcr", "io"] => artifact_registry("us", "gcr.io", segments)?,
        ["us", "gcr", "io"] => artifact_registry("us", "us.gcr.io", segments)?,
        ["eu", "gcr", "io"] => artifact_registry("europe", "eu.gcr.io", segments)?,
        ["asia", "gcr", "io"] => artifact_registry("asia", "asia.gcr.io", segments)?,
        // Amazon's documentation, "Making requests to Amazon ECR registries": plain, FIPS, IPv6,
        // and both.
        [account, "dkr", "ecr" | "ecr-fips", region, "amazonaws", ..]
        | [account, "dkr-ecr" | "dkr-ecr-fips", region, "on", ..] => {
            let host = [account, ".dkr.ecr.", region, partition_domain(region)].concat();
            (host, segments.to_vec())
        }
        // Amazon's documentation, "Making requests to Amazon ECR Public registries".
        ["ecr-public", "aws", "com"] => ("public.ecr.aws".to_owned(), segments.to_vec()),
        // Azure's documentation, "Connect privately to an Azure container registry" and "Regional
        // endpoints for geo-replicated registries".
        [registry, "privatelink", "azurecr", end] | [registry, _, "geo", "azurecr", end] => {
            ([registry, ".azurecr.", end].concat(), segments.to_vec())
        }
        // Only the domain changed (GitHub's documentation, "Migrating to the Container registry
        // from the Docker registry").
        ["docker", "pkg", "github", "com"] => ("ghcr.io".to_owned(), segments.to_vec()),
        _ => (host.to_owned(), segments.to_vec()),
    };
    Some((host, segments))
}

/// Docker Hub's webhooks name a repository by its web page (Docker's documentation, "Webhooks").
fn hub_page<'t>(segments: &[&'t str]) -> Vec<&'t str> {
    match *segments {
        ["r" | "u", owner, name, ..] | ["repository", "docker", owner, name, ..] => {
            vec![owner, name]
        }
        ["_", official, ..] => vec![official],
        ref name => name.to_vec(),
    }
}

/// Artifact Registry serves the names of Container Registry from a repository of that name in a
/// fixed location. The project of an organisation begins with its domain.
fn artifact_registry<'t>(
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

/// The domain of the AWS partition of a region.
fn partition_domain(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => ".amazonaws.com.cn",
        Some("eusc") => ".amazonaws.eu",
        _ => ".amazonaws.com",
    }
}
