use serde_json::json;

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

/// Request 17, of `feature` into `main`, that is open.
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

/// What a GitRepository follows, a request, and what that is to it.
#[test]
fn a_git_repository_is_told_of_what_a_request_moves() {
    let merged = RequestChange {
        merged: Some(true),
        ..open()
    };
    let unsaid = RequestChange {
        merged: None,
        ..open()
    };
    let bare = RequestChange {
        repositories: vec![HERE.to_owned()],
        ..RequestChange::default()
    };
    let bare_and_open = RequestChange {
        merged: Some(false),
        source: text("refs/heads/feature"),
        ..bare.clone()
    };
    let named = |name: &str| json!({ "name": name });
    let cases = [
        // Its source has moved, and its target does once it is merged. Until then no branch is left out.
        (json!({"branch": "feature"}), open(), SAME_REF),
        (json!({"branch": "main"}), open(), OPEN),
        (json!({"branch": "main"}), merged.clone(), SAME_REF),
        (json!({"branch": "main"}), unsaid.clone(), OPEN),
        (json!({"branch": "dev"}), merged.clone(), OTHER_REF),
        (json!({"branch": "dev"}), unsaid, OPEN),
        (json!({"branch": "main"}), bare.clone(), OPEN),
        (json!({"branch": "main"}), bare_and_open, OPEN),
        // Tags do not move.
        (json!({"tag": "feature"}), merged.clone(), OTHER_REF),
        (json!({"semver": ">0"}), merged.clone(), OTHER_REF),
        (
            json!({"tag": "v1", "semver": ">0"}),
            merged.clone(),
            OTHER_REF,
        ),
        // Servers keep refs of requests, of which no push tells.
        (named("refs/pull/17/head"), open(), SAME_REF),
        (named("refs/pull/17/merge"), open(), SAME_REF),
        (named("refs/merge-requests/17/head"), open(), SAME_REF),
        (named("refs/pull-requests/17/from"), open(), SAME_REF),
        (named("refs/pull/18/head"), open(), OTHER_REF),
        (named("refs/pull/1/head"), open(), OTHER_REF),
        (named("refs/pull/18/head"), bare, NO_REF),
        (named("refs/changes/17/17/1"), open(), NO_REF),
        (named("refs/heads/feature"), open(), SAME_REF),
        (named("refs/heads/main"), open(), OPEN),
        (named("refs/heads/main"), merged, SAME_REF),
        (named("refs/tags/v1"), open(), OTHER_REF),
        (named("HEAD"), open(), Match::Unknown(Doubt::SymbolicRef)),
        (
            json!({"commit": HEAD}),
            open(),
            Match::Matched(Agreement::Commit),
        ),
        (
            json!({"commit": OTHER_COMMIT}),
            open(),
            Match::Unknown(Doubt::Commit),
        ),
    ];
    for (reference, request, expected) in cases {
        let spec = read("GitRepository", &json!({"url": HERE, "ref": reference}));
        let got = compare(vec![Change::Request(request.clone())], &spec);
        assert_eq!(got, expected, "{reference} of {request:?}");
    }
    let elsewhere = read(
        "GitRepository",
        &json!({"url": ELSEWHERE, "ref": named("HEAD")}),
    );
    let got = compare(vec![Change::Request(open())], &elsewhere);
    assert_eq!(got, Match::Differs(Difference::Repository));
    let anywhere = RequestChange {
        repositories: Vec::new(),
        ..open()
    };
    let feature = read(
        "GitRepository",
        &json!({"url": ELSEWHERE, "ref": {"branch": "feature"}}),
    );
    let got = compare(vec![Change::Request(anywhere)], &feature);
    assert_eq!(got, Match::Unknown(Doubt::Repository));
}

#[test]
fn a_request_is_of_nothing_in_a_registry() {
    for (kind, spec) in [
        ("OCIRepository", json!({"url": "oci://ghcr.io/acme/app"})),
        ("ImageRepository", json!({"image": "ghcr.io/acme/app"})),
        ("HelmRepository", json!({"url": "oci://ghcr.io/acme"})),
    ] {
        let got = compare(vec![Change::Request(open())], &read(kind, &spec));
        assert_eq!(got, Match::Differs(Difference::Nature), "{kind}");
    }
}

/// The type of a ResourceSetInputProvider, and what each change of its repository is to it: a branch
/// that moves, one that goes, a tag, what has no name, and a request.
#[test]
fn an_input_provider_is_told_of_what_it_lists() {
    const ANY: Match = Match::Matched(Agreement::Repository);
    let of_type = |kind: &str, url: &str| {
        read(
            "ResourceSetInputProvider",
            &json!({"type": kind, "url": url}),
        )
    };
    let cases = [
        (
            "GitHubPullRequest",
            [NO_REF, NO_REF, OTHER_REF, NO_REF, ANY],
        ),
        (
            "GitLabMergeRequest",
            [NO_REF, NO_REF, OTHER_REF, NO_REF, ANY],
        ),
        (
            "AzureDevOpsPullRequest",
            [NO_REF, NO_REF, OTHER_REF, NO_REF, ANY],
        ),
        ("GiteaPullRequest", [NO_REF, NO_REF, OTHER_REF, NO_REF, ANY]),
        ("GitHubBranch", [ANY, ANY, OTHER_REF, NO_REF, NO_REF]),
        ("GitLabTag", [OTHER_REF, OTHER_REF, ANY, NO_REF, OTHER_REF]),
        ("GitLabEnvironment", [NO_REF; 5]),
    ];
    let image = || artifact("ghcr.io/acme/app", "v1", "");
    for (kind, expected) in cases {
        let changes = [
            push(HERE, "refs/heads/dev", HEAD),
            deleted(push(HERE, "refs/heads/dev", "")),
            push(HERE, "refs/tags/v1", HEAD),
            push(HERE, "", ""),
            Change::Request(open()),
        ];
        for (change, expected) in changes.into_iter().zip(expected) {
            let got = compare(vec![change.clone()], &of_type(kind, HERE));
            assert_eq!(got, expected, "{kind} of {change:?}");
            let got = compare(vec![change.clone()], &of_type(kind, ELSEWHERE));
            let elsewhere = match expected {
                Match::Differs(_) => got.selects(),
                _ => got != Match::Differs(Difference::Repository),
            };
            assert!(!elsewhere, "{kind} elsewhere of {change:?}: {got}");
        }
        let got = compare(vec![image()], &of_type(kind, HERE));
        assert_eq!(got, Match::Differs(Difference::Nature), "{kind}");
    }
    for kind in [
        "OCIArtifactTag",
        "ACRArtifactTag",
        "ECRArtifactTag",
        "GARArtifactTag",
    ] {
        let spec = of_type(kind, "oci://ghcr.io/acme/app");
        let lib = || artifact("ghcr.io/acme/lib", "v1", "");
        let others = Match::Differs(Difference::Repository);
        for (change, expected) in [
            (image(), ANY),
            (deleted(image()), ANY),
            (lib(), others),
            (Change::Request(open()), Match::Differs(Difference::Nature)),
        ] {
            assert_eq!(compare(vec![change], &spec), expected, "{kind}");
        }
    }
    // What lists nothing of a repository may be of anything.
    for kind in [
        "Static",
        "ExternalService",
        "ExternalArtifact",
        "AnotherThing",
    ] {
        let spec = of_type(kind, "https://inputs.example.com");
        assert_eq!(spec, TargetSpec::Unknown(Doubt::Kind), "{kind}");
    }
}
