//! Which artifacts concern an OCIRepository, an ImageRepository, a HelmRepository and a HelmChart.

use serde_json::{Value, json};

use super::super::{Agreement, Difference, Doubt, Match, Matcher, SourceRef, TargetSpec};
use super::{artifact, compare, deleted, event, push, read};
use bellpull_core::Change;

const HERE: &str = "ghcr.io/acme/app";
const DIGEST: &str = "sha256:9b9f3d8f4b2c7a1e5d6c8b0a7f3e2d1c9b8a7f6e5d4c3b2a1f0e9d8c7b6a5f4e";
const OTHER_DIGEST: &str =
    "sha256:0b9f3d8f4b2c7a1e5d6c8b0a7f3e2d1c9b8a7f6e5d4c3b2a1f0e9d8c7b6a5f4e";
const SIGNATURE: &str =
    "sha256-9b9f3d8f4b2c7a1e5d6c8b0a7f3e2d1c9b8a7f6e5d4c3b2a1f0e9d8c7b6a5f4e.sig";

const SAME_REF: Match = Match::Matched(Agreement::Ref);
const IN_RANGE: Match = Match::Matched(Agreement::Range);
const SAME_REPOSITORY: Match = Match::Matched(Agreement::Repository);
const OTHER_REF: Match = Match::Differs(Difference::Ref);
const OUTSIDE: Match = Match::Differs(Difference::Range);
const OTHER_REPOSITORY: Match = Match::Differs(Difference::Repository);
const OTHER_NATURE: Match = Match::Differs(Difference::Nature);
const DELETED: Match = Match::Differs(Difference::Deleted);
const NO_REF: Match = Match::Unknown(Doubt::Ref);
const ATTACHMENT: Match = Match::Unknown(Doubt::Attachment);
const NO_RANGE: Match = Match::Unknown(Doubt::Range);

fn git() -> Change {
    push("https://github.com/acme/app", "refs/heads/main", "")
}

/// `spec.ref`, the tag and the digest of the event, and what they are to the object.
#[test]
fn an_artifact_is_compared_with_the_ref() {
    let upper = DIGEST.to_uppercase();
    let other_signature = SIGNATURE.replace("9b9f", "0000");
    let v1 = json!({"tag": "v1"});
    let range = json!({"semver": "1.x"});
    let staging = json!({"semver": ">=1.0.0-0", "semverFilter": ".*-staging\\..*"});
    let digest = json!({"digest": DIGEST});
    let all = json!({"digest": DIGEST, "semver": "1.x", "tag": "v1"});
    let cases: Vec<(Value, &str, &str, Match)> = vec![
        (Value::Null, "latest", DIGEST, SAME_REF),
        (Value::Null, "v1", DIGEST, OTHER_REF),
        (json!({}), "latest", "", SAME_REF),
        (json!({"tag": ""}), "latest", "", SAME_REF),
        (v1.clone(), "v1", "", SAME_REF),
        (v1.clone(), "V1", "", OTHER_REF),
        (v1.clone(), "v1.0.0", "", OTHER_REF),
        (v1.clone(), "latest", "", OTHER_REF),
        (v1.clone(), "", DIGEST, NO_REF),
        (v1.clone(), DIGEST, "", NO_REF),
        (v1.clone(), "", "", NO_REF),
        (v1.clone(), SIGNATURE, OTHER_DIGEST, ATTACHMENT),
        (v1, "sha256-0b9f.sig", "", OTHER_REF),
        (range.clone(), "1.4.2", "", IN_RANGE),
        (range.clone(), "v1.4.2", "", IN_RANGE),
        (range.clone(), "1.4.2_build.5", "", IN_RANGE),
        (range.clone(), "2.0.0", "", OUTSIDE),
        (range.clone(), "1.4.2-rc.1", "", OUTSIDE),
        (range.clone(), "latest", "", OUTSIDE),
        (range.clone(), "", DIGEST, NO_REF),
        (range, SIGNATURE, "", ATTACHMENT),
        (staging.clone(), "1.4.2-staging.7", "", IN_RANGE),
        (staging.clone(), "1.4.2-prod.7", "", OUTSIDE),
        (staging, "0.4.2-staging.7", "", OUTSIDE),
        (
            json!({"semver": "1.x", "semverFilter": "x".repeat(1025)}),
            "1.4.2",
            "",
            NO_RANGE,
        ),
        (
            json!({"semver": "1.x", "semverFilter": "("}),
            "1.4.2",
            "",
            NO_RANGE,
        ),
        (
            json!({"semver": "1.x", "semverFilter": "(a{9}){9999}"}),
            "1.4.2",
            "",
            NO_RANGE,
        ),
        (
            json!({"semver": "one", "semverFilter": "^1"}),
            "1.4.2",
            "",
            NO_RANGE,
        ),
        (
            json!({"semver": "one", "semverFilter": "^2"}),
            "1.4.2",
            "",
            OUTSIDE,
        ),
        (
            json!({"tag": "v1", "semverFilter": "^2"}),
            "v1",
            "",
            SAME_REF,
        ),
        (json!({"semver": "1.x", "tag": "v2"}), "v2", "", OUTSIDE),
        (digest.clone(), "latest", DIGEST, SAME_REF),
        (digest.clone(), "", &upper, SAME_REF),
        (digest.clone(), DIGEST, "", SAME_REF),
        (digest.clone(), "latest", OTHER_DIGEST, OTHER_REF),
        (digest.clone(), "latest", "", NO_REF),
        (digest.clone(), SIGNATURE, OTHER_DIGEST, ATTACHMENT),
        (digest, &other_signature, OTHER_DIGEST, OTHER_REF),
        (all.clone(), "v1", OTHER_DIGEST, OTHER_REF),
        (all, "2.0.0", DIGEST, SAME_REF),
    ];
    for (reference, tag, digest, expected) in cases {
        let spec = read(
            "OCIRepository",
            &json!({"url": "oci://ghcr.io/acme/app", "ref": reference}),
        );
        let got = compare(vec![artifact(HERE, tag, digest)], &spec);
        assert_eq!(got, expected, "{reference}, tag {tag:?} of {digest:?}");
    }
}

/// An object, a change, and what it is to the object.
#[test]
fn an_artifact_is_compared_with_the_repository() {
    let oci = read("OCIRepository", &json!({"url": "oci://ghcr.io/acme/app"}));
    let image = read("ImageRepository", &json!({"image": "ghcr.io/acme/app"}));
    let hub = read("ImageRepository", &json!({"image": "acme/app"}));
    let charts = read(
        "HelmRepository",
        &json!({"type": "oci", "url": "oci://ghcr.io/acme"}),
    );
    let index = read(
        "HelmRepository",
        &json!({"url": "https://charts.example.com"}),
    );
    let bucket = read(
        "Bucket",
        &json!({"bucketName": "app", "endpoint": "s3.example.com"}),
    );
    let latest = || artifact(HERE, "latest", "");
    let cases: Vec<(&TargetSpec, Change, Match)> = vec![
        (&oci, latest(), SAME_REF),
        (&oci, deleted(latest()), DELETED),
        (
            &oci,
            artifact("ghcr.io/acme/other", "latest", ""),
            OTHER_REPOSITORY,
        ),
        (
            &oci,
            artifact("", "latest", ""),
            Match::Unknown(Doubt::Repository),
        ),
        (
            &oci,
            artifact("registry.svc/acme/app", "latest", ""),
            Match::Unknown(Doubt::Host),
        ),
        (&oci, git(), OTHER_NATURE),
        (&image, latest(), SAME_REPOSITORY),
        (&image, artifact(HERE, "v9", ""), SAME_REPOSITORY),
        (&image, artifact(HERE, "", DIGEST), SAME_REPOSITORY),
        (&image, artifact(HERE, SIGNATURE, ""), SAME_REPOSITORY),
        (&image, deleted(latest()), DELETED),
        (
            &image,
            artifact("ghcr.io/acme/app-ui", "latest", ""),
            OTHER_REPOSITORY,
        ),
        (&image, git(), OTHER_NATURE),
        (
            &hub,
            artifact("index.docker.io/acme/app", "1", ""),
            SAME_REPOSITORY,
        ),
        (&hub, latest(), OTHER_REPOSITORY),
        (&charts, latest(), SAME_REPOSITORY),
        (&charts, deleted(latest()), DELETED),
        (
            &charts,
            artifact("ghcr.io/other/app", "1.0.0", ""),
            OTHER_REPOSITORY,
        ),
        (&charts, git(), OTHER_NATURE),
        (&index, latest(), Match::Unknown(Doubt::Index)),
        (&index, git(), Match::Unknown(Doubt::Index)),
        (&bucket, latest(), Match::Unknown(Doubt::Store)),
        (&bucket, git(), Match::Unknown(Doubt::Store)),
    ];
    for (spec, change, expected) in cases {
        let got = compare(vec![change.clone()], spec);
        assert_eq!(got, expected, "{spec} and {change:?}");
    }
}

/// A chart's version, its source, a change, and what it is to the chart.
#[test]
fn a_chart_is_followed_through_its_source() {
    let charts = read(
        "HelmRepository",
        &json!({"type": "oci", "url": "oci://ghcr.io/acme/charts"}),
    );
    let index = read(
        "HelmRepository",
        &json!({"url": "https://charts.example.com"}),
    );
    let main = json!({"url": "https://github.com/acme/app", "ref": {"branch": "main"}});
    let main = read("GitRepository", &main);
    let bucket = json!({"endpoint": "s3.example.com", "bucketName": "app"});
    let bucket = read("Bucket", &bucket);
    let app = |tag: &str| artifact("ghcr.io/acme/charts/app", tag, "");
    let other = artifact("ghcr.io/acme/charts/lib", "1.0.0", "");
    let dev = push("https://github.com/acme/app", "refs/heads/dev", "");
    let hub = json!({"type": "oci", "url": "oci://registry-1.docker.io/acme"});
    let hub = read("HelmRepository", &hub);
    let whole = json!({"type": "oci", "url": "oci://ghcr.io"});
    let whole = read("HelmRepository", &whole);
    let on_hub = artifact("docker.io/acme/app", "1.0.0", "");
    let cases: Vec<(&str, Option<&TargetSpec>, Change, Match)> = vec![
        ("", Some(&charts), app("1.0.0"), IN_RANGE),
        ("*", Some(&charts), app("1.0.0-rc.1"), OUTSIDE),
        (">=1.0.0-0", Some(&charts), app("1.0.0-rc.1"), IN_RANGE),
        ("1.x", Some(&charts), app("1.0.0_build.1"), IN_RANGE),
        ("1.x", Some(&charts), app("2.0.0"), OUTSIDE),
        ("1.0.0", Some(&charts), app("1.0.0"), IN_RANGE),
        ("1.0.0", Some(&charts), app("1.0.1"), OUTSIDE),
        ("1.0.0", Some(&charts), deleted(app("1.0.0")), DELETED),
        ("1.x", Some(&charts), other, OTHER_REPOSITORY),
        ("1.x", Some(&charts), git(), OTHER_NATURE),
        ("1.x", Some(&hub), on_hub, IN_RANGE),
        (
            "1.x",
            Some(&whole),
            artifact("ghcr.io/app", "1.0.0", ""),
            IN_RANGE,
        ),
        (
            "1.x",
            Some(&index),
            app("1.0.0"),
            Match::Unknown(Doubt::Index),
        ),
        ("1.x", Some(&main), git(), SAME_REF),
        ("1.x", Some(&main), dev, OTHER_REF),
        ("1.x", Some(&main), app("1.0.0"), OTHER_NATURE),
        ("1.x", Some(&bucket), git(), Match::Unknown(Doubt::Store)),
        ("1.x", None, git(), Match::Unknown(Doubt::Source)),
    ];
    for (version, source, change, expected) in cases {
        let chart = json!({
            "chart": "App", "version": version, "sourceRef": {"kind": "HelmRepository", "name": "acme"},
        });
        let event = event(vec![change.clone()]);
        let lookup = |reference: &SourceRef| {
            assert_eq!(
                (reference.kind.as_str(), reference.name.as_str()),
                ("HelmRepository", "acme")
            );
            source
        };
        let got = Matcher::new(&event).compare(&read("HelmChart", &chart), lookup);
        assert_eq!(got, expected, "{version:?} of {source:?} and {change:?}");
    }
}
