use super::*;
use crate::host::document::Value;

const OLD: &str = "33b55f7cb7e7e245323987634f960cf4a6e6bc74";
const NEW: &str = "aad331d8d3b131fa9ae03cf5e53965b51942618a";

fn image(region: &str, action: &str) -> Selection {
    Selection::from([
        (SOURCE, "aws.ecr"),
        (ACCOUNT, "123456789012"),
        (REGION, region),
        (ACTION, action),
        (IMAGE, "team/app"),
        (TAG, "v1"),
        (DIGEST, "sha256:00"),
    ])
}

fn artifact(payload: &Selection) -> ArtifactChange {
    match event("ECR Image Action", payload).changes.as_slice() {
        [Change::Artifact(artifact)] => artifact.clone(),
        other => panic!("{other:?}"),
    }
}

fn reference_moved(event: &str, before: &str, after: &str) -> Selection {
    Selection::from([
        (SOURCE, "aws.codecommit"),
        (REGION, "eu-west-1"),
        (EVENT, event),
        (GIT_NAME, "app"),
        (REF, "refs/heads/main"),
        (BEFORE, before),
        (AFTER, after),
    ])
}

fn git(kind: &str, payload: &Selection) -> GitChange {
    match event(kind, payload).changes.as_slice() {
        [Change::Git(git)] => git.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_image_is_named_by_every_name_of_its_registry() {
    for (action, deleted) in [("PUSH", false), ("DELETE", true)] {
        let found = artifact(&image("eu-west-1", action));
        assert_eq!(
            found.repositories,
            [
                "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app",
                "123456789012.dkr.ecr-fips.eu-west-1.amazonaws.com/team/app",
                "123456789012.dkr-ecr.eu-west-1.on.aws/team/app",
            ]
        );
        assert_eq!(found.tag.as_deref(), Some("v1"));
        assert_eq!(found.digest.as_deref(), Some("sha256:00"));
        assert_eq!(found.deleted, deleted, "{action}");
    }
    assert_eq!(
        artifact(&image("cn-north-1", "PUSH")).repositories,
        ["123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/team/app"]
    );
}

#[test]
fn a_scan_of_several_tags_names_none() {
    for (tags, expected) in [
        (&["v1"] as &[&str], Some("v1")),
        (&["v1", "v2"], None),
        (&[], None),
    ] {
        let mut scan = Selection::from([
            (SOURCE, "aws.ecr"),
            (ACCOUNT, "123456789012"),
            (REGION, "eu-west-1"),
            (IMAGE, "app"),
        ]);
        let tags = tags.iter().map(|tag| Value::Text((*tag).into())).collect();
        scan.extend([(SCANNED_TAGS, tags)]);
        assert_eq!(artifact(&scan).tag.as_deref(), expected);
    }
}

#[test]
fn only_the_registry_tells_of_failures() {
    for (source, pointer, result, failed) in [
        ("aws.ecr", RESULTS[0], "SUCCESS", None),
        ("aws.ecr", RESULTS[0], "FAILURE", Some("FAILURE")),
        ("aws.ecr", RESULTS[1], "FAILED", Some("FAILED")),
        ("my.app", RESULTS[0], "FAILURE", None),
    ] {
        let payload = Selection::from([(SOURCE, source), (pointer, result)]);
        assert_eq!(failure(&payload), failed, "{source} {result}");
    }
}

#[test]
fn a_ref_tells_where_it_was_and_is() {
    for (event, before, after, expected) in [
        ("referenceCreated", "", NEW, (None, Some(NEW), false)),
        ("referenceUpdated", OLD, NEW, (Some(OLD), Some(NEW), false)),
        ("referenceDeleted", OLD, "", (Some(OLD), None, true)),
        ("referenceDeleted", "", OLD, (Some(OLD), None, true)),
    ] {
        let found = git(REPOSITORY, &reference_moved(event, before, after));
        assert_eq!(
            found.repositories,
            [
                "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/app",
                "ssh://git-codecommit.eu-west-1.amazonaws.com/v1/repos/app",
            ]
        );
        assert_eq!(found.ref_.as_deref(), Some("refs/heads/main"));
        let said = (
            found.before.as_deref(),
            found.after.as_deref(),
            found.deleted,
        );
        assert_eq!(said, expected, "{event}");
    }
}

#[test]
fn a_short_ref_is_completed_by_its_type() {
    for (kind, expected) in [
        ("branch", Some("refs/heads/v1")),
        ("tag", Some("refs/tags/v1")),
        ("note", None),
    ] {
        let payload = Selection::from([(REF_TYPE, kind), (REF_NAME, "v1")]);
        assert_eq!(reference(&payload).as_deref(), expected, "{kind}");
    }
}

#[test]
fn a_pull_request_names_its_repositories_alone() {
    let mut payload = reference_moved("pullRequestMergeStatusUpdated", OLD, NEW);
    payload.extend([(GIT_NAMES, Vec::new())]);
    let found = git("CodeCommit Pull Request State Change", &payload);
    assert_eq!((found.ref_, found.before, found.after), (None, None, None));
}

#[test]
fn other_services_change_what_is_not_known() {
    let payload = Selection::from([(SOURCE, "aws.s3"), (ID, "7bf73129")]);
    let event = event("Object Created", &payload);
    assert!(event.changes.is_empty());
    assert_eq!(id(&payload).as_deref(), Some("7bf73129"));
}

#[test]
fn an_event_has_a_name() {
    let named = Selection::from([(KIND, "Object Created")]);
    assert_eq!(kind(&named), Some("Object Created"));
    assert_eq!(kind(&Selection::from([(SOURCE, "aws.ecr")])), None);
}
