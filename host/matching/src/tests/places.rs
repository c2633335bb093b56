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

/// The endpoint of a Bucket `apps`, a location, a name apart, and what that is to it.
#[test]
fn a_bucket_is_found_by_every_way_to_write_its_place() {
    let minio = "minio.example.com:9000";
    let amazon = "s3.eu-west-1.amazonaws.com";
    let google = "storage.googleapis.com";
    let azure = "https://acme.blob.core.windows.net";
    let cases = [
        (minio, "minio.example.com/apps", None, HERE),
        (minio, "http://Minio.example.com:9000/Apps/", None, HERE),
        (
            minio,
            "https://minio.example.com/apps/prod/app.yaml",
            None,
            HERE,
        ),
        (minio, "https://apps.minio.example.com/app.yaml", None, HERE),
        (minio, "minio.example.com:9000", Some("apps"), HERE),
        (minio, "minio.example.com/apps", Some("app.yaml"), HERE),
        (minio, "minio.example.com/lib", None, ELSEWHERE),
        (minio, "minio.example.com/apps2", None, ELSEWHERE),
        (minio, "minio.example.com", Some("lib"), ELSEWHERE),
        (minio, "minio.example.org/apps", None, ELSEWHERE),
        // A server in the cluster has names that only its own network knows.
        (minio, "http://minio.storage.svc:9000/apps", None, PERHAPS),
        (minio, "http://minio:9000/lib", None, ELSEWHERE),
        // Nothing but a name says nothing of the server.
        (minio, "apps", None, PERHAPS),
        (minio, "lib", None, ELSEWHERE),
        (minio, "s3://apps/prod", None, PERHAPS),
        (minio, "s3://lib/app", None, ELSEWHERE),
        (amazon, "s3://apps", None, PERHAPS),
        (amazon, "arn:aws:s3:::apps/prod/app.yaml", None, HERE),
        (amazon, "arn:aws:s3:::lib", None, ELSEWHERE),
        (amazon, "arn:aws-cn:s3:::apps", None, ELSEWHERE),
        (amazon, "https://apps.s3.amazonaws.com/app.yaml", None, HERE),
        (
            amazon,
            "https://apps.s3.dualstack.us-east-1.amazonaws.com",
            None,
            HERE,
        ),
        (
            amazon,
            "https://s3-us-west-2.amazonaws.com/apps",
            None,
            HERE,
        ),
        (amazon, "https://my.apps.s3.amazonaws.com", None, ELSEWHERE),
        (amazon, "s3.amazonaws.com", Some("apps"), HERE),
        (google, "gs://apps/prod", None, HERE),
        (google, "https://apps.storage.googleapis.com", None, HERE),
        (
            google,
            "https://storage.cloud.google.com/apps/a",
            None,
            HERE,
        ),
        (google, "s3://lib", None, ELSEWHERE),
        (
            azure,
            "https://acme.blob.core.windows.net/apps/a.yaml",
            None,
            HERE,
        ),
        (
            azure,
            "https://other.blob.core.windows.net/apps",
            None,
            ELSEWHERE,
        ),
    ];
    for (endpoint, location, name, expected) in cases {
        let change = other("bucket", &[location], name);
        let got = compare(vec![change], &bucket_at(endpoint));
        assert_eq!(got, expected, "{endpoint}: {location} {name:?}");
    }
    for locations in [&[] as &[&str], &["https://"]] {
        let got = compare(vec![other("bucket", locations, None)], &bucket_at(minio));
        assert_eq!(got, Match::Unknown(Doubt::Repository), "{locations:?}");
    }
}

#[test]
fn an_index_is_found_by_its_address() {
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

/// What one kind of change is to an object of another: what may come of it, and what matching does
/// not know, is notified.
#[test]
fn what_is_not_known_is_notified() {
    let nature = Match::Differs(Difference::Nature);
    let (index, store) = (Match::Unknown(Doubt::Index), Match::Unknown(Doubt::Store));
    let place = "https://github.com/acme/app";
    let objects = [
        ("GitRepository", json!({"url": place}), [nature, nature]),
        (
            "OCIRepository",
            json!({"url": "oci://ghcr.io/acme/app"}),
            [nature, nature],
        ),
        (
            "ImageRepository",
            json!({"image": "ghcr.io/acme/app"}),
            [nature, nature],
        ),
        (
            "HelmRepository",
            json!({"url": "oci://ghcr.io/acme"}),
            [nature, nature],
        ),
        (
            "HelmRepository",
            json!({"url": "https://a.b"}),
            [index, ELSEWHERE],
        ),
        (
            "Bucket",
            json!({"endpoint": "a.b", "bucketName": "c"}),
            [ELSEWHERE, store],
        ),
        (
            "ResourceSetInputProvider",
            json!({"type": "GitHubBranch", "url": place}),
            [nature, nature],
        ),
    ];
    for (kind, spec, expected) in objects {
        let spec = read(kind, &spec);
        for (thing, expected) in ["bucket", "chart-index"].into_iter().zip(expected) {
            let got = compare(vec![other(thing, &[place], None)], &spec);
            assert_eq!(got, expected, "{thing} and {kind}");
        }
        for thing in ["build", "alert", "Bucket", ""] {
            let got = compare(vec![other(thing, &[place], None)], &spec);
            assert_eq!(got, Match::Unknown(Doubt::Thing), "{thing:?} and {kind}");
        }
    }
    let pushed = || push(place, "refs/heads/main", "");
    for (spec, expected) in [
        (bucket_at("a.b"), store),
        (
            read("HelmRepository", &json!({"url": "https://a.b"})),
            index,
        ),
    ] {
        assert_eq!(compare(vec![pushed()], &spec), expected, "{spec}");
    }
}
