//! Names of images in events and in objects.

use super::super::registry::{below, normalize, normalize_base};
use super::super::repository::Relation::{self, Other, Perhaps, Same};
use super::for_each_pair;

/// Two names, with `=` between them if they name the same repository, `?` if they may, and `≠` if not.
const PAIRS: &str = "
# Docker Hub
nginx = docker.io/library/nginx
nginx = index.docker.io/library/nginx
nginx = registry-1.docker.io/library/nginx
nginx = docker.io/nginx
nginx = library/nginx:1.27
nginx = https://hub.docker.com/_/nginx
acme/app = oci://docker.io/acme/app
acme/app = oci://registry-1.docker.io/acme/app
acme/app = https://hub.docker.com/r/acme/app
acme/app = https://registry.hub.docker.com/u/acme/app/
acme/app = acme/app@sha256:0123
acme/app ≠ acme/app2
acme/app ≠ library/app
acme/app ≠ ghcr.io/acme/app
acme/app ≠ quay.io/acme/app
acme/app = https://registry.hub.docker.com/acme/app
acme/app = https://hub.docker.com/repository/docker/acme/app/general
acme/app = https://hub.docker.com/r/acme/app/tags
acme/app = registry.docker.io/acme/app
nginx = https://registry.hub.docker.com/_/nginx/
acme/app ≠ docker.example.io/acme/app
# Hosts of one label
localhost/harbor/app = oci://localhost/harbor/app:v1
localhost/app = oci://localhost/app
localhost/app = docker.io/localhost/app
localhost/harbor/app ≠ localhost/harbor/app2
localhost/harbor/app ≠ harbor.example.com/harbor/app
localhost/harbor/app ? harbor.harbor.svc/harbor/app
localhost/harbor/app ? localhost:8080/harbor/app
harbor/library/app:v1 = oci://harbor/library/app
harbor/library/app ? harbor.example.com/library/app
harbor/library/app ? harbor.harbor.svc/library/app
harbor/library/app ? docker.io/harbor/library/app
harbor/library/app ≠ harbor.example.com/library/other
docker.io/octo/app = https://index.docker.io/v1/octo/app
docker.io/library/app = index.docker.io/v1/app
harbor:80/library/app = harbor/library/app
# GitHub Packages
ghcr.io/acme/app = oci://ghcr.io/acme/app
ghcr.io/acme/app = ghcr.io/Acme/App:v1
ghcr.io/acme/app = GHCR.IO/acme/app
ghcr.io/acme/web/app = docker.pkg.github.com/acme/web/app:v1
ghcr.io/acme/app ≠ ghcr.io/acme/app/cache
ghcr.io/acme/app ≠ ghcr.io/acme
# Quay, Harbor
quay.io/acme/app = https://quay.io/acme/app/
harbor.example.com/library/app:1 = oci://harbor.example.com/library/app
harbor.example.com/library/app = harbor.example.com:443/library/app
harbor.example.com/library/app = harbor.example.com./library/app
harbor.example.com/library/app ≠ harbor.example.com:8443/library/app
harbor.example.com/library/app ? harbor.harbor.svc.cluster.local/library/app
harbor.example.com/library/app ≠ harbor.harbor.svc/library/other
registry.example.com/acme/app ? 10.1.2.3:5000/acme/app
registry.example.com/acme/app ? registry:5000/acme/app
localhost:5000/app ? localhost:5001/app
# Clouds
123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/app = oci://123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/app
123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/app ≠ 123456789012.dkr.ecr.us-east-1.amazonaws.com/acme/app
123456789012.dkr.ecr.eu-west-1.amazonaws.com/app = 123456789012.dkr.ecr-fips.eu-west-1.amazonaws.com/app
123456789012.dkr.ecr.eu-west-1.amazonaws.com/app = 123456789012.dkr-ecr.eu-west-1.on.aws/app
123456789012.dkr.ecr.us-east-1.amazonaws.com/app = 123456789012.dkr-ecr-fips.us-east-1.on.aws/app
123456789012.dkr.ecr.eu-west-1.amazonaws.com/app ≠ 123456789012.dkr-ecr.eu-west-2.on.aws/app
123456789012.dkr.ecr.eu-west-1.amazonaws.com/app ≠ 210987654321.dkr.ecr.eu-west-1.amazonaws.com/app
123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app = 123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn/app
public.ecr.aws/acme/app = ecr-public.aws.com/acme/app
europe-docker.pkg.dev/acme/images/app = europe-docker.pkg.dev/acme/images/app:v1
gcr.io/acme/app ≠ eu.gcr.io/acme/app
gcr.io/acme/app = us-docker.pkg.dev/acme/gcr.io/app:v1
gcr.io/acme/team/app = us-docker.pkg.dev/acme/gcr.io/team/app
eu.gcr.io/acme/app = europe-docker.pkg.dev/acme/eu.gcr.io/app
us.gcr.io/acme/app = us-docker.pkg.dev/acme/us.gcr.io/app
asia.gcr.io/acme/app = asia-docker.pkg.dev/acme/asia.gcr.io/app
gcr.io/example.com/acme/app = us-docker.pkg.dev/example.com/acme/gcr.io/app
gcr.io/acme/app ≠ us-docker.pkg.dev/acme/us.gcr.io/app
gcr.io/acme/app ≠ us-docker.pkg.dev/acme/images/app
gcr.io/acme/app ≠ europe-docker.pkg.dev/acme/gcr.io/app
acme.azurecr.io/app = acme.privatelink.azurecr.io/app
acme.azurecr.io/app = acme.westeurope.geo.azurecr.io/app
acme.azurecr.io/app ≠ acme.azurecr.cn/app
acme.azurecr.io/charts/app = oci://acme.azurecr.io/charts/app
# JFrog, Nexus
acme.jfrog.io/docker-local/app:1 = oci://acme.jfrog.io/docker-local/app
nexus.example.com:8082/app ≠ nexus.example.com:8083/app
";

#[test]
fn distinguishes_repositories_by_their_names() {
    for_each_pair(PAIRS, normalize);
}

#[test]
fn reads_only_names_of_repositories() {
    for case in [
        "",
        "/",
        "ghcr.io/",
        "oci://ghcr.io/",
        "a b",
        ":5000/app/",
        "@sha256:0123",
        "gcr.io/example.com",
    ] {
        let read = normalize(case);
        assert_eq!(read, None, "{case:?}");
    }
    // Where an image is depends on the project, which these do not name.
    for case in ["oci://gcr.io", "oci://eu.gcr.io/example.com"] {
        assert_eq!(normalize_base(case), None, "{case:?}");
    }
}

#[test]
fn names_a_chart_below_a_prefix_as_events_do() {
    for (base, chart, name) in [
        ("oci://docker.io", "nginx", "nginx"),
        ("oci://docker.io/acme", "app", "acme/app"),
        ("oci://localhost/harbor", "app", "localhost/harbor/app"),
        ("oci://gcr.io/acme", "app", "gcr.io/acme/app"),
    ] {
        let (base, name) = (normalize_base(base).unwrap(), normalize(name).unwrap());
        assert_eq!(below(&base, chart), name);
    }
}

/// The URL of a HelmRepository, a repository, and the expected relation.
const CHARTS: &[(&str, &str, Relation)] = &[
    ("oci://registry-1.docker.io/acme", "acme/app", Same),
    (
        "oci://registry-1.docker.io/acme",
        "docker.io/library/acme",
        Other,
    ),
    ("oci://ghcr.io/acme/charts", "ghcr.io/acme/charts/app", Same),
    (
        "oci://ghcr.io/acme/charts/",
        "ghcr.io/acme/charts/team/app",
        Same,
    ),
    ("oci://ghcr.io/acme/charts", "ghcr.io/acme/charts", Same),
    (
        "oci://ghcr.io/acme/charts",
        "ghcr.io/acme/chartsy/app",
        Other,
    ),
    ("oci://ghcr.io/acme/charts", "ghcr.io/acme/app", Other),
    (
        "oci://ghcr.io/acme/charts",
        "quay.io/acme/charts/app",
        Other,
    ),
    (
        "oci://registry:5000/charts",
        "registry.example.com/charts/app",
        Perhaps,
    ),
    ("oci://ghcr.io", "ghcr.io/app", Same),
    ("oci://ghcr.io/", "ghcr.io/acme/app", Same),
    ("oci://ghcr.io", "quay.io/app", Other),
    ("oci://registry:5000", "registry.example.com/app", Perhaps),
    ("oci://localhost", "ghcr.io/app", Perhaps),
    ("oci://acme", "docker.io/acme/app", Perhaps),
    ("oci://acme", "acme/app", Perhaps),
    ("oci://docker.io", "nginx", Same),
    ("oci://localhost/harbor", "localhost/harbor/app", Same),
    ("oci://localhost/harbor", "localhost/other/app", Other),
    ("oci://harbor/library", "harbor/library/app", Same),
    (
        "oci://harbor/library",
        "harbor.example.com/library/app",
        Perhaps,
    ),
    ("oci://gcr.io/acme", "gcr.io/acme/app", Same),
    ("oci://us-docker.pkg.dev/acme", "gcr.io/acme/app", Same),
    (
        "oci://gcr.io/acme",
        "us-docker.pkg.dev/acme/gcr.io/app",
        Same,
    ),
    (
        "oci://gcr.io/acme",
        "us-docker.pkg.dev/acme/images/app",
        Other,
    ),
    (
        "oci://123456789012.dkr-ecr.eu-west-1.on.aws",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app",
        Same,
    ),
];

#[test]
fn a_chart_is_below_its_registry() {
    for (registry, chart, expected) in CHARTS {
        let (registry, chart) = (normalize_base(registry).unwrap(), normalize(chart).unwrap());
        let got = registry.relation_below(&chart);
        assert_eq!(got, *expected, "{registry} and {chart}");
    }
}
