use serde_json::{Value, json};

use super::super::{Agreement, Difference, Doubt, Match, TargetSpec};
use super::{artifact, compare, deleted, push, read};
use bellpull_core::{Change, RequestChange};

const HERE: &str = "https://github.com/acme/app";
const ELSEWHERE: &str = "https://github.com/acme/lib";
const HEAD: &str = "6113728f27ae82c7b1a177c8d03f9e96e0adf246";
const OTHER_COMMIT: &str = "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c";

const SAME_REF: Match = Match::Matched(Agreement::Ref);
const OTHER_REF: Match = Match::Differs(Difference::Ref);
const NO_REF: Match = Match::Unknown(Doubt::Ref);
const OPEN: Match = Match::Unknown(Doubt::Request);

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// The open request 17 of `feature` into `main`.
fn open() -> RequestChange {
    RequestChange {
        repositories: vec!["git@github.com:Acme/App.git".to_owned(), HERE.to_owned()],
        number: "17".to_owned(),
        source: text("refs/heads/feature"),
        target: text("refs/heads/main"),
        head: text(HEAD),
        action: text("opened"),
        merged: Some(false),
        ..RequestChange::default()
    }
}

/// `spec.ref` of a GitRepository, a request, and the expected result.
fn requests() -> Vec<(Value, RequestChange, Match)> {
    let merged = || RequestChange {
        merged: Some(true),
        ..open()
    };
    let unsaid = || RequestChange {
        merged: None,
        ..open()
    };
    let bare = || RequestChange {
        repositories: vec![HERE.to_owned()],
        ..RequestChange::default()
    };
    let bare_and_open = RequestChange {
        merged: Some(false),
        source: text("refs/heads/feature"),
        ..bare()
    };
    let branch = |branch: &str| json!({ "branch": branch });
    let name = |name: &str| json!({ "name": name });
    let commit = |commit: &str| json!({ "commit": commit });
    vec![
        // The source has moved. The target moves with the merge; until then no branch is excluded.
        (branch("feature"), open(), SAME_REF),
        (branch("main"), open(), OPEN),
        (branch("main"), merged(), SAME_REF),
        (branch("main"), unsaid(), OPEN),
        (branch("dev"), merged(), OTHER_REF),
        (branch("dev"), unsaid(), OPEN),
        (branch("main"), bare(), OPEN),
        (branch("main"), bare_and_open, OPEN),
        // Tags do not move.
        (json!({"tag": "feature"}), merged(), OTHER_REF),
        (json!({"semver": ">0"}), merged(), OTHER_REF),
        (json!({"tag": "v1", "semver": ">0"}), merged(), OTHER_REF),
        // Servers keep refs of requests that no push event reports.
        (name("refs/pull/17/head"), open(), SAME_REF),
        (name("refs/pull/17/merge"), open(), SAME_REF),
        (name("refs/merge-requests/17/head"), open(), SAME_REF),
        (name("refs/pull-requests/17/from"), open(), SAME_REF),
        (name("refs/pull/18/head"), open(), OTHER_REF),
        (name("refs/pull/1/head"), open(), OTHER_REF),
        (name("refs/pull/18/head"), bare(), NO_REF),
        (name("refs/changes/17/17/1"), open(), NO_REF),
        (name("refs/heads/feature"), open(), SAME_REF),
        (name("refs/heads/main"), open(), OPEN),
        (name("refs/heads/main"), merged(), SAME_REF),
        (name("refs/tags/v1"), open(), OTHER_REF),
        (name("HEAD"), open(), Match::Unknown(Doubt::SymbolicRef)),
        (commit(HEAD), open(), Match::Matched(Agreement::Commit)),
        (commit(OTHER_COMMIT), open(), Match::Unknown(Doubt::Commit)),
    ]
}

#[test]
fn compares_a_request_with_the_ref_of_a_git_repository() {
    for (reference, request, expected) in requests() {
        let spec = read("GitRepository", &json!({"url": HERE, "ref": reference}));
        let got = compare(vec![Change::Request(request.clone())], &spec);
        assert_eq!(got, expected, "{reference} of {request:?}");
    }
}

#[test]
fn compares_a_request_with_the_url_of_a_git_repository() {
    let anywhere = RequestChange {
        repositories: Vec::new(),
        ..open()
    };
    for (request, expected) in [
        (open(), Match::Differs(Difference::Repository)),
        (anywhere, Match::Unknown(Doubt::Repository)),
    ] {
        let spec = json!({"url": ELSEWHERE, "ref": {"branch": "feature"}});
        let got = compare(
            vec![Change::Request(request.clone())],
            &read("GitRepository", &spec),
        );
        assert_eq!(got, expected, "{request:?}");
    }
}

#[test]
fn a_request_concerns_nothing_in_a_registry() {
    for (kind, spec) in [
        ("OCIRepository", json!({"url": "oci://ghcr.io/acme/app"})),
        ("ImageRepository", json!({"image": "ghcr.io/acme/app"})),
        ("HelmRepository", json!({"url": "oci://ghcr.io/acme"})),
    ] {
        let got = compare(vec![Change::Request(open())], &read(kind, &spec));
        assert_eq!(got, Match::Differs(Difference::Nature), "{kind}");
    }
}

const LISTED: Match = Match::Matched(Agreement::Repository);

/// The type of a ResourceSetInputProvider, and the expected result of each of [`changes_of_git`].
const GIT_PROVIDERS: &[(&str, [Match; 5])] = &[
    (
        "GitHubPullRequest",
        [NO_REF, NO_REF, OTHER_REF, NO_REF, LISTED],
    ),
    (
        "GitLabMergeRequest",
        [NO_REF, NO_REF, OTHER_REF, NO_REF, LISTED],
    ),
    (
        "AzureDevOpsPullRequest",
        [NO_REF, NO_REF, OTHER_REF, NO_REF, LISTED],
    ),
    (
        "GiteaPullRequest",
        [NO_REF, NO_REF, OTHER_REF, NO_REF, LISTED],
    ),
    ("GitHubBranch", [LISTED, LISTED, OTHER_REF, NO_REF, NO_REF]),
    (
        "GitLabTag",
        [OTHER_REF, OTHER_REF, LISTED, NO_REF, OTHER_REF],
    ),
    ("GitLabEnvironment", [NO_REF; 5]),
];

/// A branch that moves, one that is deleted, a tag, a change without a ref, and a request.
fn changes_of_git() -> [Change; 5] {
    [
        push(HERE, "refs/heads/dev", HEAD),
        deleted(push(HERE, "refs/heads/dev", "")),
        push(HERE, "refs/tags/v1", HEAD),
        push(HERE, "", ""),
        Change::Request(open()),
    ]
}

fn image() -> Change {
    artifact("ghcr.io/acme/app", "v1", "")
}

fn provider(kind: &str, url: &str) -> TargetSpec {
    let spec = json!({"type": kind, "url": url});
    read("ResourceSetInputProvider", &spec)
}

#[test]
fn compares_changes_of_git_with_what_an_input_provider_lists() {
    for (kind, expected) in GIT_PROVIDERS {
        for (change, expected) in changes_of_git().into_iter().zip(*expected) {
            let got = compare(vec![change.clone()], &provider(kind, HERE));
            assert_eq!(got, expected, "{kind} of {change:?}");
            let got = compare(vec![change.clone()], &provider(kind, ELSEWHERE));
            let concerns_elsewhere = match expected {
                Match::Differs(_) => got.selects(),
                _ => got != Match::Differs(Difference::Repository),
            };
            assert!(!concerns_elsewhere, "{kind} elsewhere of {change:?}: {got}");
        }
        let got = compare(vec![image()], &provider(kind, HERE));
        assert_eq!(got, Match::Differs(Difference::Nature), "{kind}");
    }
}

#[test]
fn compares_artifacts_with_what_an_input_provider_lists() {
    for kind in [
        "OCIArtifactTag",
        "ACRArtifactTag",
        "ECRArtifactTag",
        "GARArtifactTag",
    ] {
        let spec = provider(kind, "oci://ghcr.io/acme/app");
        let lib = artifact("ghcr.io/acme/lib", "v1", "");
        for (change, expected) in [
            (image(), LISTED),
            (deleted(image()), LISTED),
            (lib, Match::Differs(Difference::Repository)),
            (Change::Request(open()), Match::Differs(Difference::Nature)),
        ] {
            assert_eq!(compare(vec![change], &spec), expected, "{kind}");
        }
    }
}

#[test]
fn an_input_provider_without_a_repository_is_unknown() {
    for kind in [
        "Static",
        "ExternalService",
        "ExternalArtifact",
        "AnotherThing",
    ] {
        let spec = provider(kind, "https://inputs.example.com");
        assert_eq!(spec, TargetSpec::Unknown(Doubt::Kind), "{kind}");
    }
}
