//! Which artifacts concern an OCIRepository, an ImageRepository, a HelmRepository and a HelmChart.

use serde_json::{Value, json};

use super::super::{Agreement, Difference, Doubt, Match, Matcher, SourceRef, TargetSpec};
use super::{artifact, compare, deleted, event, push, read};
use bellpull_core::Change;

const HERE: &str = "ghcr.io/acme/app";
const DIGEST: &str = "sha256:9b9f3d8f4b2c7a1e5d6c8b0a7f3e2d1c9b8a7f6e5d4c3b2a1f0e9d8c7b6a5f4e";
const OTHER_DIGEST: &str =
    "sha256:0b9f3d8f4b2c7a1e5d6c8b0a7f3e2d1c9b8a7f6e5d4c3b2a1f0e9d8c7b6a5f4e";
const UPPER_DIGEST: &str =
    "SHA256:9B9F3D8F4B2C7A1E5D6C8B0A7F3E2D1C9B8A7F6E5D4C3B2A1F0E9D8C7B6A5F4E";
const SIGNATURE: &str =
    "sha256-9b9f3d8f4b2c7a1e5d6c8b0a7f3e2d1c9b8a7f6e5d4c3b2a1f0e9d8c7b6a5f4e.sig";
const OTHER_SIGNATURE: &str =
    "sha256-00003d8f4b2c7a1e5d6c8b0a7f3e2d1c9b8a7f6e5d4c3b2a1f0e9d8c7b6a5f4e.sig";

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

/// The tag and the digest of an artifact, and the expected result.
type Artifact = (&'static str, &'static str, Match);

/// `spec.ref` and artifacts to compare with it.
const ARTIFACTS: &[(&str, &[Artifact])] = &[
    (
        "null",
        &[("latest", DIGEST, SAME_REF), ("v1", DIGEST, OTHER_REF)],
    ),
    ("{}", &[("latest", "", SAME_REF)]),
    (r#"{"tag": ""}"#, &[("latest", "", SAME_REF)]),
    (
        r#"{"tag": "v1"}"#,
        &[
            ("v1", "", SAME_REF),
            ("V1", "", OTHER_REF),
            ("v1.0.0", "", OTHER_REF),
            ("latest", "", OTHER_REF),
            ("", DIGEST, NO_REF),
            (DIGEST, "", NO_REF),
            ("", "", NO_REF),
            (SIGNATURE, OTHER_DIGEST, ATTACHMENT),
            ("sha256-0b9f.sig", "", OTHER_REF),
        ],
    ),
    (
        r#"{"semver": "1.x"}"#,
        &[
            ("1.4.2", "", IN_RANGE),
            ("v1.4.2", "", IN_RANGE),
            ("1.4.2_build.5", "", IN_RANGE),
            ("2.0.0", "", OUTSIDE),
            ("1.4.2-rc.1", "", OUTSIDE),
            ("latest", "", OUTSIDE),
            ("", DIGEST, NO_REF),
            (SIGNATURE, "", ATTACHMENT),
        ],
    ),
    (
        r#"{"semver": ">=1.0.0-0", "semverFilter": ".*-staging\\..*"}"#,
        &[
            ("1.4.2-staging.7", "", IN_RANGE),
            ("1.4.2-prod.7", "", OUTSIDE),
            ("0.4.2-staging.7", "", OUTSIDE),
        ],
    ),
    (
        r#"{"semver": "1.x", "semverFilter": "("}"#,
        &[("1.4.2", "", NO_RANGE)],
    ),
    (
        r#"{"semver": "1.x", "semverFilter": "(a{9}){9999}"}"#,
        &[("1.4.2", "", NO_RANGE)],
    ),
    (
        r#"{"semver": "one", "semverFilter": "^1"}"#,
        &[("1.4.2", "", NO_RANGE)],
    ),
    (
        r#"{"semver": "one", "semverFilter": "^2"}"#,
        &[("1.4.2", "", OUTSIDE)],
    ),
    (
        r#"{"tag": "v1", "semverFilter": "^2"}"#,
        &[("v1", "", SAME_REF)],
    ),
    (r#"{"semver": "1.x", "tag": "v2"}"#, &[("v2", "", OUTSIDE)]),
    (
        r#"{"digest": "sha256:9b9f3d8f4b2c7a1e5d6c8b0a7f3e2d1c9b8a7f6e5d4c3b2a1f0e9d8c7b6a5f4e"}"#,
        &[
            ("latest", DIGEST, SAME_REF),
            ("", UPPER_DIGEST, SAME_REF),
            (DIGEST, "", SAME_REF),
            ("latest", OTHER_DIGEST, OTHER_REF),
            ("latest", "", NO_REF),
            (SIGNATURE, OTHER_DIGEST, ATTACHMENT),
            (OTHER_SIGNATURE, OTHER_DIGEST, OTHER_REF),
        ],
    ),
    (
        r#"{"digest": "sha256:9b9f3d8f4b2c7a1e5d6c8b0a7f3e2d1c9b8a7f6e5d4c3b2a1f0e9d8c7b6a5f4e", "semver": "1.x", "tag": "v1"}"#,
        &[("v1", OTHER_DIGEST, OTHER_REF), ("2.0.0", DIGEST, SAME_REF)],
    ),
];

fn oci_with_ref(reference: &Value) -> TargetSpec {
    let spec = json!({"url": "oci://ghcr.io/acme/app", "ref": reference});
    read("OCIRepository", &spec)
}

#[test]
fn compares_an_artifact_with_the_ref() {
    for (reference, artifacts) in ARTIFACTS {
        let spec = oci_with_ref(&serde_json::from_str(reference).unwrap());
        for (tag, digest, expected) in *artifacts {
            let got = compare(vec![artifact(HERE, tag, digest)], &spec);
            assert_eq!(got, *expected, "{reference}, tag {tag:?} of {digest:?}");
        }
    }
}

#[test]
fn does_not_compile_a_long_tag_filter() {
    let spec = oci_with_ref(&json!({"semver": "1.x", "semverFilter": "x".repeat(1025)}));
    let got = compare(vec![artifact(HERE, "1.4.2", "")], &spec);
    assert_eq!(got, NO_RANGE);
}

fn oci() -> TargetSpec {
    oci_with_ref(&Value::Null)
}

fn image(name: &str) -> TargetSpec {
    read("ImageRepository", &json!({ "image": name }))
}

fn charts(url: &str) -> TargetSpec {
    read("HelmRepository", &json!({"type": "oci", "url": url}))
}

fn index() -> TargetSpec {
    read(
        "HelmRepository",
        &json!({"url": "https://charts.example.com"}),
    )
}

fn bucket() -> TargetSpec {
    let spec = json!({"bucketName": "app", "endpoint": "s3.example.com"});
    read("Bucket", &spec)
}

/// An object, a change, and the expected result.
fn repositories() -> Vec<(TargetSpec, Change, Match)> {
    let latest = || artifact(HERE, "latest", "");
    let latest_of = |repository| artifact(repository, "latest", "");
    let app = || image(HERE);
    let hub = || image("acme/app");
    let acme = || charts("oci://ghcr.io/acme");
    vec![
        (oci(), latest(), SAME_REF),
        (oci(), deleted(latest()), DELETED),
        (oci(), latest_of("ghcr.io/acme/other"), OTHER_REPOSITORY),
        (oci(), latest_of(""), Match::Unknown(Doubt::Repository)),
        (
            oci(),
            latest_of("registry.svc/acme/app"),
            Match::Unknown(Doubt::Host),
        ),
        (oci(), git(), OTHER_NATURE),
        (app(), latest(), SAME_REPOSITORY),
        (app(), artifact(HERE, "v9", ""), SAME_REPOSITORY),
        (app(), artifact(HERE, "", DIGEST), SAME_REPOSITORY),
        (app(), artifact(HERE, SIGNATURE, ""), SAME_REPOSITORY),
        (app(), deleted(latest()), DELETED),
        (app(), latest_of("ghcr.io/acme/app-ui"), OTHER_REPOSITORY),
        (app(), git(), OTHER_NATURE),
        (
            hub(),
            latest_of("index.docker.io/acme/app"),
            SAME_REPOSITORY,
        ),
        (hub(), latest(), OTHER_REPOSITORY),
        (acme(), latest(), SAME_REPOSITORY),
        (acme(), deleted(latest()), DELETED),
        (acme(), latest_of("ghcr.io/other/app"), OTHER_REPOSITORY),
        (acme(), git(), OTHER_NATURE),
        (index(), latest(), Match::Unknown(Doubt::Index)),
        (index(), git(), Match::Unknown(Doubt::Index)),
        (bucket(), latest(), Match::Unknown(Doubt::Store)),
        (bucket(), git(), Match::Unknown(Doubt::Store)),
    ]
}

#[test]
fn compares_an_artifact_with_the_repository() {
    for (spec, change, expected) in repositories() {
        let got = compare(vec![change.clone()], &spec);
        assert_eq!(got, expected, "{spec} and {change:?}");
    }
}

/// A chart's version, its source, a change, and the expected result.
fn chart_changes() -> Vec<(&'static str, Option<TargetSpec>, Change, Match)> {
    let acme = || Some(charts("oci://ghcr.io/acme/charts"));
    let hub = Some(charts("oci://registry-1.docker.io/acme"));
    let registry = Some(charts("oci://ghcr.io"));
    let main = json!({"url": "https://github.com/acme/app", "ref": {"branch": "main"}});
    let main = || Some(read("GitRepository", &main));
    let app = |tag: &str| artifact("ghcr.io/acme/charts/app", tag, "");
    let lib = artifact("ghcr.io/acme/charts/lib", "1.0.0", "");
    let dev = push("https://github.com/acme/app", "refs/heads/dev", "");
    let on_hub = artifact("docker.io/acme/app", "1.0.0", "");
    let at_top = artifact("ghcr.io/app", "1.0.0", "");
    vec![
        ("", acme(), app("1.0.0"), IN_RANGE),
        ("*", acme(), app("1.0.0-rc.1"), OUTSIDE),
        (">=1.0.0-0", acme(), app("1.0.0-rc.1"), IN_RANGE),
        ("1.x", acme(), app("1.0.0_build.1"), IN_RANGE),
        ("1.x", acme(), app("2.0.0"), OUTSIDE),
        ("1.0.0", acme(), app("1.0.0"), IN_RANGE),
        ("1.0.0", acme(), app("1.0.1"), OUTSIDE),
        ("1.0.0", acme(), deleted(app("1.0.0")), DELETED),
        ("1.x", acme(), lib, OTHER_REPOSITORY),
        ("1.x", acme(), git(), OTHER_NATURE),
        ("1.x", hub, on_hub, IN_RANGE),
        ("1.x", registry, at_top, IN_RANGE),
        (
            "1.x",
            Some(index()),
            app("1.0.0"),
            Match::Unknown(Doubt::Index),
        ),
        ("1.x", main(), git(), SAME_REF),
        ("1.x", main(), dev, OTHER_REF),
        ("1.x", main(), app("1.0.0"), OTHER_NATURE),
        ("1.x", Some(bucket()), git(), Match::Unknown(Doubt::Store)),
        ("1.x", None, git(), Match::Unknown(Doubt::Source)),
    ]
}

#[test]
fn compares_a_chart_through_its_source() {
    for (version, source, change, expected) in chart_changes() {
        let chart = json!({
            "chart": "App", "version": version, "sourceRef": {"kind": "HelmRepository", "name": "acme"},
        });
        let event = event(vec![change.clone()]);
        let lookup = |reference: &SourceRef| {
            let found = (reference.kind.as_str(), reference.name.as_str());
            assert_eq!(found, ("HelmRepository", "acme"));
            source.as_ref()
        };
        let got = Matcher::new(&event).compare(&read("HelmChart", &chart), lookup);
        assert_eq!(got, expected, "{version:?} of {source:?} and {change:?}");
    }
}
