use super::super::{Doubt, TargetSpec};
use super::{IMAGE, OPERATOR, SOURCE, read};

/// A kind, its spec, and how the parsed spec is shown.
const READABLE: &[(&str, &str, &str)] = &[
    (
        "GitRepository",
        r#"{"url": "https://jane:secret@github.com/Acme/App.git"}"#,
        "github.com/acme/app refs/heads/master",
    ),
    (
        "GitRepository",
        r#"{"url": "https://jane:secret@github.com/Acme/App.git", "interval": "1m", "ref": {"semver": "1.x"}}"#,
        "github.com/acme/app tags within \"1.x\"",
    ),
    (
        "OCIRepository",
        r#"{"url": "oci://ghcr.io/acme/app"}"#,
        "ghcr.io/acme/app tag latest",
    ),
    (
        "OCIRepository",
        r#"{"url": "oci://ghcr.io/acme/app", "ref": {"semver": "1.x", "semverFilter": "rc"}}"#,
        "ghcr.io/acme/app tags within \"1.x\" and like \"rc\"",
    ),
    (
        "ImageRepository",
        r#"{"image": "nginx"}"#,
        "docker.io/library/nginx all tags",
    ),
    (
        "HelmRepository",
        r#"{"url": "oci://ghcr.io/acme"}"#,
        "ghcr.io/acme and all charts below",
    ),
    (
        "HelmRepository",
        r#"{"url": "https://jane:secret@Charts.example.com:8443//stable/"}"#,
        "the index at charts.example.com/stable",
    ),
    (
        "Bucket",
        r#"{"endpoint": "minio.example.com:9000", "bucketName": "Apps"}"#,
        "the bucket at minio.example.com/apps",
    ),
    (
        "Bucket",
        r#"{"endpoint": "s3.eu-west-1.amazonaws.com", "bucketName": "apps"}"#,
        "the bucket at s3.amazonaws.com/apps",
    ),
    (
        "ResourceSetInputProvider",
        r#"{"type": "GitLabMergeRequest", "url": "https://jane:secret@github.com/Acme/App.git"}"#,
        "github.com/acme/app all requests",
    ),
    (
        "ResourceSetInputProvider",
        r#"{"type": "AWSCodeCommitTag", "url": "https://jane:secret@github.com/Acme/App.git"}"#,
        "github.com/acme/app all tags",
    ),
    (
        "ResourceSetInputProvider",
        r#"{"type": "ECRArtifactTag", "url": "oci://ghcr.io/acme/app"}"#,
        "ghcr.io/acme/app all tags",
    ),
    (
        "HelmChart",
        r#"{"chart": "app", "sourceRef": {"kind": "GitRepository", "name": "app"}}"#,
        "chart app within \"*\" of GitRepository/app",
    ),
];

#[test]
fn keeps_what_an_object_follows_and_no_credentials() {
    for (kind, spec, expected) in READABLE {
        let parsed = read(kind, &serde_json::from_str(spec).unwrap());
        assert_eq!(parsed.to_string(), *expected, "{kind} {spec}");
        let stored = serde_json::to_string(&parsed).unwrap();
        assert!(!stored.contains("secret"), "{stored}");
    }
}

/// The `apiVersion` and kind of an object, the object, and why its spec is unknown.
const UNREADABLE: &[(&str, &str, &str, Doubt)] = &[
    (SOURCE, "GitRepository", r#"{"metadata": {}}"#, Doubt::Spec),
    (SOURCE, "GitRepository", r#"{"spec": null}"#, Doubt::Spec),
    (
        SOURCE,
        "GitRepository",
        r#"{"spec": {"url": 1}}"#,
        Doubt::Spec,
    ),
    (
        SOURCE,
        "GitRepository",
        r#"{"spec": {"url": "nowhere"}}"#,
        Doubt::Spec,
    ),
    (
        SOURCE,
        "GitRepository",
        r#"{"spec": {"url": "https://a.b/c", "ref": "main"}}"#,
        Doubt::Spec,
    ),
    (
        SOURCE,
        "GitRepository",
        r#"{"spec": {"url": "https://a.b/c", "ref": {"tag": 1}}}"#,
        Doubt::Spec,
    ),
    (
        SOURCE,
        "OCIRepository",
        r#"{"spec": {"url": "oci://"}}"#,
        Doubt::Spec,
    ),
    (IMAGE, "ImageRepository", r#"{"spec": {}}"#, Doubt::Spec),
    (
        SOURCE,
        "HelmChart",
        r#"{"spec": {"chart": "app"}}"#,
        Doubt::Spec,
    ),
    (
        SOURCE,
        "HelmRepository",
        r#"{"spec": {"url": "https://"}}"#,
        Doubt::Spec,
    ),
    (
        SOURCE,
        "Bucket",
        r#"{"spec": {"bucketName": "a"}}"#,
        Doubt::Spec,
    ),
    (
        OPERATOR,
        "ResourceSetInputProvider",
        r#"{"spec": {"type": "GitHubBranch"}}"#,
        Doubt::Spec,
    ),
    (
        "s3.aws.crossplane.io/v1beta1",
        "Bucket",
        r#"{"spec": {"endpoint": "a", "bucketName": "a"}}"#,
        Doubt::Kind,
    ),
    (IMAGE, "ImagePolicy", r#"{"spec": {}}"#, Doubt::Kind),
    (
        "kustomize.toolkit.fluxcd.io/v1",
        "Kustomization",
        r#"{"spec": {}}"#,
        Doubt::Kind,
    ),
    (
        "helm.cattle.io/v1",
        "HelmChart",
        r#"{"spec": {"chart": "a"}}"#,
        Doubt::Kind,
    ),
    (
        "v1",
        "GitRepository",
        r#"{"spec": {"url": "https://a.b/c"}}"#,
        Doubt::Kind,
    ),
];

#[test]
fn a_spec_that_cannot_be_read_is_unknown() {
    for (version, kind, object, expected) in UNREADABLE {
        let spec = TargetSpec::read(version, kind, &serde_json::from_str(object).unwrap());
        assert_eq!(
            spec,
            TargetSpec::Unknown(*expected),
            "{version} {kind} {object}"
        );
        let is_read = TargetSpec::is_read(version, kind);
        assert_eq!(is_read, *expected != Doubt::Kind, "{version} {kind}");
    }
}
