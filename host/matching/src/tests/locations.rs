use serde_json::json;

use super::super::{Agreement, Difference, Doubt, Match, Matcher, TargetSpec};
use super::{compare, event, push, read};
use bellpull_core::{Change, OtherChange};

fn other(kind: &str, locations: &[&str], name: Option<&str>) -> Change {
    Change::Other(OtherChange {
        kind: kind.to_owned(),
        locations: locations.iter().map(|&text| text.to_owned()).collect(),
        name: name.map(str::to_owned),
        ..OtherChange::default()
    })
}

fn bucket_at(endpoint: &str) -> TargetSpec {
    read(
        "Bucket",
        &json!({"endpoint": endpoint, "bucketName": "apps"}),
    )
}

const HERE: Match = Match::Matched(Agreement::Location);
const ELSEWHERE: Match = Match::Differs(Difference::Repository);
const PERHAPS: Match = Match::Unknown(Doubt::Host);

const MINIO: &str = "minio.example.com:9000";
const AMAZON: &str = "s3.eu-west-1.amazonaws.com";
const GOOGLE: &str = "storage.googleapis.com";
const AZURE: &str = "https://acme.blob.core.windows.net";

/// The endpoint of a Bucket `apps`, the location and name of an event, and the expected result.
const BUCKETS: &[(&str, &str, Option<&str>, Match)] = &[
    (MINIO, "minio.example.com/apps", None, HERE),
    (MINIO, "http://Minio.example.com:9000/Apps/", None, HERE),
    (
        MINIO,
        "https://minio.example.com/apps/prod/app.yaml",
        None,
        HERE,
    ),
    (MINIO, "https://apps.minio.example.com/app.yaml", None, HERE),
    (MINIO, "minio.example.com:9000", Some("apps"), HERE),
    (MINIO, "minio.example.com/apps", Some("app.yaml"), HERE),
    (MINIO, "minio.example.com/lib", None, ELSEWHERE),
    (MINIO, "minio.example.com/apps2", None, ELSEWHERE),
    (MINIO, "minio.example.com", Some("lib"), ELSEWHERE),
    (MINIO, "minio.example.org/apps", None, ELSEWHERE),
    // A server in the cluster has names that are only valid in its network.
    (MINIO, "http://minio.storage.svc:9000/apps", None, PERHAPS),
    (MINIO, "http://minio:9000/lib", None, ELSEWHERE),
    // A name alone does not tell the server.
    (MINIO, "apps", None, PERHAPS),
    (MINIO, "lib", None, ELSEWHERE),
    (MINIO, "s3://apps/prod", None, PERHAPS),
    (MINIO, "s3://lib/app", None, ELSEWHERE),
    (AMAZON, "s3://apps", None, PERHAPS),
    (AMAZON, "arn:aws:s3:::apps/prod/app.yaml", None, HERE),
    (AMAZON, "arn:aws:s3:::lib", None, ELSEWHERE),
    (AMAZON, "arn:aws-cn:s3:::apps", None, ELSEWHERE),
    (AMAZON, "https://apps.s3.amazonaws.com/app.yaml", None, HERE),
    (
        AMAZON,
        "https://apps.s3.dualstack.us-east-1.amazonaws.com",
        None,
        HERE,
    ),
    (
        AMAZON,
        "https://s3-us-west-2.amazonaws.com/apps",
        None,
        HERE,
    ),
    (AMAZON, "https://my.apps.s3.amazonaws.com", None, ELSEWHERE),
    (AMAZON, "s3.amazonaws.com", Some("apps"), HERE),
    (GOOGLE, "gs://apps/prod", None, HERE),
    (GOOGLE, "https://apps.storage.googleapis.com", None, HERE),
    (
        GOOGLE,
        "https://storage.cloud.google.com/apps/a",
        None,
        HERE,
    ),
    (GOOGLE, "s3://lib", None, ELSEWHERE),
    (
        AZURE,
        "https://acme.blob.core.windows.net/apps/a.yaml",
        None,
        HERE,
    ),
    (
        AZURE,
        "https://other.blob.core.windows.net/apps",
        None,
        ELSEWHERE,
    ),
];

#[test]
fn finds_a_bucket_by_every_form_of_its_location() {
    for (endpoint, location, name, expected) in BUCKETS {
        let change = other("bucket", &[location], *name);
        let got = compare(vec![change], &bucket_at(endpoint));
        assert_eq!(got, *expected, "{endpoint}: {location} {name:?}");
    }
}

#[test]
fn a_bucket_without_a_readable_location_is_unknown() {
    for locations in [&[] as &[&str], &["https://"]] {
        let got = compare(vec![other("bucket", locations, None)], &bucket_at(MINIO));
        assert_eq!(got, Match::Unknown(Doubt::Repository), "{locations:?}");
    }
}

#[test]
fn finds_a_chart_index_by_its_address() {
    let spec = read(
        "HelmRepository",
        &json!({"url": "https://charts.example.com/stable"}),
    );
    let chart = json!({"chart": "app", "sourceRef": {"kind": "HelmRepository", "name": "stable"}});
    let chart = read("HelmChart", &chart);
    let cases = [
        ("https://charts.example.com/stable/", HERE),
        ("http://charts.example.com:8080/Stable/index.yaml", HERE),
        ("charts.example.com/stable", HERE),
        ("https://charts.example.com/stable/app-1.2.3.tgz", HERE),
        ("https://charts.example.com/incubator", ELSEWHERE),
        ("https://charts.example.com", ELSEWHERE),
        ("https://other.example.com/stable", ELSEWHERE),
        ("http://chartmuseum.charts.svc/stable", PERHAPS),
    ];
    for (location, expected) in cases {
        let event = event(vec![other("chart-index", &[location], None)]);
        let matcher = Matcher::new(&event);
        let got = matcher.compare(&spec, |_| None::<TargetSpec>);
        assert_eq!(got, expected, "{location}");
        let got = matcher.compare(&chart, |_| Some(&spec));
        assert_eq!(got, expected, "a chart of {location}");
    }
}

const NATURE: Match = Match::Differs(Difference::Nature);
const INDEX: Match = Match::Unknown(Doubt::Index);
const STORE: Match = Match::Unknown(Doubt::Store);

const URL: &str = "https://github.com/acme/app";

/// An object; then the expected results of a `bucket` and a `chart-index` elsewhere.
fn objects() -> Vec<(TargetSpec, [Match; 2])> {
    let image = json!({"image": "ghcr.io/acme/app"});
    let branches = json!({"type": "GitHubBranch", "url": URL});
    let oci = |url: &str| json!({ "url": url });
    vec![
        (read("GitRepository", &json!({ "url": URL })), [NATURE; 2]),
        (
            read("OCIRepository", &oci("oci://ghcr.io/acme/app")),
            [NATURE; 2],
        ),
        (read("ImageRepository", &image), [NATURE; 2]),
        (
            read("HelmRepository", &oci("oci://ghcr.io/acme")),
            [NATURE; 2],
        ),
        (index(), [INDEX, ELSEWHERE]),
        (bucket_at("a.b"), [ELSEWHERE, STORE]),
        (read("ResourceSetInputProvider", &branches), [NATURE; 2]),
    ]
}

fn index() -> TargetSpec {
    read("HelmRepository", &json!({"url": "https://a.b"}))
}

#[test]
fn compares_other_changes_with_every_kind_of_object() {
    for (spec, expected) in objects() {
        for (kind, expected) in ["bucket", "chart-index"].into_iter().zip(expected) {
            let got = compare(vec![other(kind, &[URL], None)], &spec);
            assert_eq!(got, expected, "{kind} and {spec}");
        }
        for kind in ["build", "alert", "Bucket", ""] {
            let got = compare(vec![other(kind, &[URL], None)], &spec);
            assert_eq!(
                got,
                Match::Unknown(Doubt::ChangeKind),
                "{kind:?} and {spec}"
            );
        }
    }
}

#[test]
fn a_push_may_concern_a_bucket_and_a_chart_index() {
    for (spec, expected) in [(bucket_at("a.b"), STORE), (index(), INDEX)] {
        let pushed = push(URL, "refs/heads/main", "");
        assert_eq!(compare(vec![pushed], &spec), expected, "{spec}");
    }
}
