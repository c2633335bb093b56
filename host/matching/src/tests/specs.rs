use serde_json::json;

use super::super::{Doubt, TargetSpec};
use super::{IMAGE, OPERATOR, SOURCE, read};

/// A kind, its spec, and what is kept of it.
#[test]
fn keeps_what_an_object_follows() {
    let git = "https://jane:secret@github.com/Acme/App.git";
    let cases = [
        (
            "GitRepository",
            json!({"url": git}),
            "github.com/acme/app refs/heads/master",
        ),
        (
            "GitRepository",
            json!({"url": git, "interval": "1m", "ref": {"semver": "1.x"}}),
            "github.com/acme/app tags within \"1.x\"",
        ),
        (
            "OCIRepository",
            json!({"url": "oci://ghcr.io/acme/app"}),
            "ghcr.io/acme/app tag latest",
        ),
        (
            "OCIRepository",
            json!({"url": "oci://ghcr.io/acme/app", "ref": {"semver": "1.x", "semverFilter": "rc"}}),
            "ghcr.io/acme/app tags within \"1.x\" and like \"rc\"",
        ),
        (
            "ImageRepository",
            json!({"image": "nginx"}),
            "docker.io/library/nginx all tags",
        ),
        (
            "HelmRepository",
            json!({"url": "oci://ghcr.io/acme"}),
            "ghcr.io/acme and all charts below",
        ),
        (
            "HelmRepository",
            json!({"url": "https://jane:secret@Charts.example.com:8443//stable/"}),
            "the index at charts.example.com/stable",
        ),
        (
            "Bucket",
            json!({"endpoint": "minio.example.com:9000", "bucketName": "Apps"}),
            "the bucket at minio.example.com/apps",
        ),
        (
            "Bucket",
            json!({"endpoint": "s3.eu-west-1.amazonaws.com", "bucketName": "apps"}),
            "the bucket at s3.amazonaws.com/apps",
        ),
        (
            "ResourceSetInputProvider",
            json!({"type": "GitLabMergeRequest", "url": git}),
            "github.com/acme/app all requests",
        ),
        (
            "ResourceSetInputProvider",
            json!({"type": "AWSCodeCommitTag", "url": git}),
            "github.com/acme/app all tags",
        ),
        (
            "ResourceSetInputProvider",
            json!({"type": "ECRArtifactTag", "url": "oci://ghcr.io/acme/app"}),
            "ghcr.io/acme/app all tags",
        ),
        (
            "HelmChart",
            json!({"chart": "app", "sourceRef": {"kind": "GitRepository", "name": "app"}}),
            "chart app within \"*\" of GitRepository/app",
        ),
    ];
    for (kind, spec, expected) in cases {
        let kept = read(kind, &spec);
        assert_eq!(kept.to_string(), expected, "{kind} {spec}");
        let stored = serde_json::to_string(&kept).unwrap();
        assert!(!stored.contains("secret"), "{stored}");
    }
}

#[test]
fn what_cannot_be_read_is_unknown() {
    let cases = [
        (
            SOURCE,
            "GitRepository",
            json!({"metadata": {}}),
            Doubt::Spec,
        ),
        (SOURCE, "GitRepository", json!({"spec": null}), Doubt::Spec),
        (
            SOURCE,
            "GitRepository",
            json!({"spec": {"url": 1}}),
            Doubt::Spec,
        ),
        (
            SOURCE,
            "GitRepository",
            json!({"spec": {"url": "nowhere"}}),
            Doubt::Spec,
        ),
        (
            SOURCE,
            "GitRepository",
            json!({"spec": {"url": "https://a.b/c", "ref": "main"}}),
            Doubt::Spec,
        ),
        (
            SOURCE,
            "GitRepository",
            json!({"spec": {"url": "https://a.b/c", "ref": {"tag": 1}}}),
            Doubt::Spec,
        ),
        (
            SOURCE,
            "OCIRepository",
            json!({"spec": {"url": "oci://"}}),
            Doubt::Spec,
        ),
        (IMAGE, "ImageRepository", json!({"spec": {}}), Doubt::Spec),
        (
            SOURCE,
            "HelmChart",
            json!({"spec": {"chart": "app"}}),
            Doubt::Spec,
        ),
        (
            SOURCE,
            "HelmRepository",
            json!({"spec": {"url": "https://"}}),
            Doubt::Spec,
        ),
        (
            SOURCE,
            "Bucket",
            json!({"spec": {"bucketName": "a"}}),
            Doubt::Spec,
        ),
        (
            OPERATOR,
            "ResourceSetInputProvider",
            json!({"spec": {"type": "GitHubBranch"}}),
            Doubt::Spec,
        ),
        (
            "s3.aws.crossplane.io/v1beta1",
            "Bucket",
            json!({"spec": {"endpoint": "a", "bucketName": "a"}}),
            Doubt::Kind,
        ),
        (IMAGE, "ImagePolicy", json!({"spec": {}}), Doubt::Kind),
        (
            "kustomize.toolkit.fluxcd.io/v1",
            "Kustomization",
            json!({"spec": {}}),
            Doubt::Kind,
        ),
        (
            "helm.cattle.io/v1",
            "HelmChart",
            json!({"spec": {"chart": "a"}}),
            Doubt::Kind,
        ),
        (
            "v1",
            "GitRepository",
            json!({"spec": {"url": "https://a.b/c"}}),
            Doubt::Kind,
        ),
    ];
    for (version, kind, object, expected) in cases {
        let read = TargetSpec::read(version, kind, &object);
        assert_eq!(
            read,
            TargetSpec::Unknown(expected),
            "{version} {kind} {object}"
        );
        let is_read = TargetSpec::is_read(version, kind);
        assert_eq!(is_read, expected != Doubt::Kind, "{version} {kind}");
    }
}
