//! Which moves of a ref concern a GitRepository.

use serde_json::{Value, json};

use super::super::{Agreement, Difference, Doubt, Match, TargetSpec};
use super::{artifact, compare, deleted, push, read};
use bellpull_core::{Change, GitChange};

const URL: &str = "https://github.com/acme/app";
const HERE: &str = "git@github.com:acme/app.git";
const COMMIT: &str = "6113728f27ae82c7b1a177c8d03f9e96e0adf246";
const LATER: &str = "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c";

const SAME_REF: Match = Match::Matched(Agreement::Ref);
const IN_RANGE: Match = Match::Matched(Agreement::Range);
const PINNED: Match = Match::Matched(Agreement::Commit);
const OTHER_REF: Match = Match::Differs(Difference::Ref);
const OUTSIDE: Match = Match::Differs(Difference::Range);
const PERHAPS_PINNED: Match = Match::Unknown(Doubt::Commit);
const NO_REF: Match = Match::Unknown(Doubt::Ref);

fn spec(reference: &Value) -> TargetSpec {
    read("GitRepository", &json!({"url": URL, "ref": reference}))
}

/// `spec.ref`, the ref that moved, the commit it moved to, and what that is to the object.
#[test]
fn a_move_is_compared_with_the_ref() {
    let main = json!({"branch": "main"});
    let v1 = json!({"tag": "v1.0.0"});
    let range = json!({"semver": ">=1.0.0 <2.0.0"});
    let both = json!({"tag": "v1.0.0", "semver": "2.x"});
    let name = json!({"name": "refs/heads/main"});
    let pull = json!({"name": "refs/pull/420/head"});
    let pinned = json!({"commit": COMMIT});
    let on_branch = json!({"commit": COMMIT, "branch": "main"});
    let all = json!({"branch": "a", "tag": "b", "semver": "1.x", "name": "refs/heads/c", "commit": COMMIT});
    let all_but_commit =
        json!({"branch": "a", "tag": "b", "semver": "1.x", "name": "refs/heads/c"});
    let cases: Vec<(Value, &str, &str, Match)> = vec![
        (Value::Null, "refs/heads/master", "", SAME_REF),
        (Value::Null, "refs/heads/main", "", OTHER_REF),
        (json!({}), "refs/heads/master", "", SAME_REF),
        (json!({"branch": ""}), "refs/heads/master", "", SAME_REF),
        (json!({}), "refs/tags/master", "", OTHER_REF),
        (main.clone(), "refs/heads/main", LATER, SAME_REF),
        (main.clone(), "refs/heads/dev", LATER, OTHER_REF),
        (main.clone(), "refs/heads/Main", "", OTHER_REF),
        (main.clone(), "refs/heads/feature/main", "", OTHER_REF),
        (main.clone(), "refs/heads/main2", "", OTHER_REF),
        (main.clone(), "refs/tags/main", "", OTHER_REF),
        (main.clone(), "refs/tags/v1.0.0", "", OTHER_REF),
        (main.clone(), "refs/merge-requests/1/head", "", OTHER_REF),
        (main.clone(), "main", "", SAME_REF),
        (main.clone(), "dev", "", OTHER_REF),
        (main.clone(), "", LATER, NO_REF),
        (
            json!({"branch": "release/1.x"}),
            "refs/heads/release/1.x",
            "",
            SAME_REF,
        ),
        (
            json!({"branch": "release/1.x"}),
            "refs/heads/1.x",
            "",
            OTHER_REF,
        ),
        (v1.clone(), "refs/tags/v1.0.0", "", SAME_REF),
        (v1.clone(), "v1.0.0", "", SAME_REF),
        (v1.clone(), "refs/tags/1.0.0", "", OTHER_REF),
        (v1.clone(), "refs/tags/v1.0.1", "", OTHER_REF),
        (v1.clone(), "refs/heads/v1.0.0", "", OTHER_REF),
        (v1, "", "", NO_REF),
        (range.clone(), "refs/tags/v1.4.2", "", IN_RANGE),
        (range.clone(), "refs/tags/1.4.2", "", IN_RANGE),
        (range.clone(), "1.4.2", "", IN_RANGE),
        (range.clone(), "refs/tags/v2.0.0", "", OUTSIDE),
        (range.clone(), "refs/tags/v1.4.2-rc.1", "", OUTSIDE),
        (range.clone(), "refs/tags/nightly", "", OUTSIDE),
        (range.clone(), "refs/tags/v1.4", "", OUTSIDE),
        (range.clone(), "refs/heads/1.4.2", "", OTHER_REF),
        (range, "", "", NO_REF),
        (
            json!({"semver": ">=1.0.0-0"}),
            "refs/tags/v1.4.2-rc.1",
            "",
            IN_RANGE,
        ),
        (
            json!({"semver": "2025.x"}),
            "refs/tags/2025.01.09",
            "",
            IN_RANGE,
        ),
        (
            json!({"semver": "one"}),
            "refs/tags/v1.4.2",
            "",
            Match::Unknown(Doubt::Range),
        ),
        (json!({"semver": "one"}), "refs/heads/main", "", OTHER_REF),
        (both.clone(), "refs/tags/v1.0.0", "", SAME_REF),
        (both.clone(), "refs/tags/v2.1.0", "", IN_RANGE),
        (both.clone(), "refs/tags/v3.0.0", "", OUTSIDE),
        (both, "refs/heads/main", "", OTHER_REF),
        (
            json!({"branch": "main", "tag": "v1.0.0"}),
            "refs/heads/main",
            "",
            OTHER_REF,
        ),
        (
            json!({"branch": "main", "tag": "v1.0.0"}),
            "refs/tags/v1.0.0",
            "",
            SAME_REF,
        ),
        (
            json!({"branch": "main", "semver": "1.x"}),
            "refs/heads/main",
            "",
            OTHER_REF,
        ),
        (name.clone(), "refs/heads/main", "", SAME_REF),
        (name.clone(), "main", "", SAME_REF),
        (name.clone(), "refs/tags/main", "", OTHER_REF),
        (name, "refs/heads/dev", "", OTHER_REF),
        (
            json!({"name": "refs/tags/v1.0.0^{}"}),
            "refs/tags/v1.0.0",
            "",
            SAME_REF,
        ),
        (pull.clone(), "refs/pull/420/head", "", SAME_REF),
        (pull.clone(), "refs/pull/42/head", "", OTHER_REF),
        (pull.clone(), "refs/heads/main", "", OTHER_REF),
        (pull, "", "", NO_REF),
        (
            json!({"name": "HEAD"}),
            "refs/heads/main",
            "",
            Match::Unknown(Doubt::SymbolicRef),
        ),
        (
            json!({"name": "refs/heads/main", "branch": "dev"}),
            "refs/heads/dev",
            "",
            OTHER_REF,
        ),
        (pinned.clone(), "refs/heads/main", COMMIT, PINNED),
        (pinned.clone(), "", COMMIT, PINNED),
        (pinned.clone(), "refs/heads/main", &COMMIT[..7], PINNED),
        (
            pinned.clone(),
            "refs/heads/main",
            &COMMIT[..6],
            PERHAPS_PINNED,
        ),
        (pinned.clone(), "refs/heads/main", LATER, PERHAPS_PINNED),
        (pinned, "refs/heads/main", "", NO_REF),
        (json!({"commit": COMMIT.to_uppercase()}), "", COMMIT, PINNED),
        (on_branch.clone(), "refs/heads/main", LATER, PERHAPS_PINNED),
        (on_branch, "refs/heads/main", COMMIT, PINNED),
        (all.clone(), "refs/heads/c", LATER, PERHAPS_PINNED),
        (all, "refs/heads/c", COMMIT, PINNED),
        (all_but_commit.clone(), "refs/heads/c", LATER, SAME_REF),
        (all_but_commit, "refs/tags/b", LATER, OTHER_REF),
    ];
    for (reference, moved, after, expected) in cases {
        let got = compare(vec![push(HERE, moved, after)], &spec(&reference));
        assert_eq!(got, expected, "{reference}, {moved:?} moves to {after:?}");
    }
}

#[test]
fn a_pinned_commit_that_was_there_before_has_not_come() {
    let Change::Git(moved) = push(HERE, "refs/heads/main", LATER) else {
        panic!("a push is of git");
    };
    let after_pinned = GitChange {
        before: Some(COMMIT.into()),
        ..moved
    };
    let got = compare(
        vec![Change::Git(after_pinned)],
        &spec(&json!({"commit": COMMIT})),
    );
    assert_eq!(got, Match::Differs(Difference::Commit));
}

/// The changes of an event, and what they are to an object that follows `main`.
#[test]
fn the_nearest_change_counts() {
    let main = || push(HERE, "refs/heads/main", LATER);
    let dev = || push(HERE, "refs/heads/dev", LATER);
    let elsewhere = || push("https://github.com/acme/lib", "refs/heads/main", LATER);
    let names = |names: &[&str]| {
        Change::Git(GitChange {
            repositories: names.iter().map(|name| (*name).to_owned()).collect(),
            reference: Some("refs/heads/main".into()),
            ..GitChange::default()
        })
    };
    let image = || artifact("ghcr.io/acme/app", "main", "");
    let cases: Vec<(&str, Vec<Change>, Match)> = vec![
        ("none", vec![], Match::Unknown(Doubt::Changes)),
        ("the branch", vec![main()], SAME_REF),
        (
            "the branch's end",
            vec![deleted(main())],
            Match::Differs(Difference::Deleted),
        ),
        (
            "another's end",
            vec![deleted(dev())],
            Match::Differs(Difference::Deleted),
        ),
        (
            "an end, somewhere",
            vec![deleted(push(HERE, "", ""))],
            Match::Differs(Difference::Deleted),
        ),
        (
            "its end and its start",
            vec![deleted(main()), main()],
            SAME_REF,
        ),
        (
            "another repository",
            vec![elsewhere()],
            Match::Differs(Difference::Repository),
        ),
        (
            "another one's end",
            vec![deleted(elsewhere())],
            Match::Differs(Difference::Repository),
        ),
        ("both branches", vec![dev(), main()], SAME_REF),
        ("both, the other way", vec![main(), dev()], SAME_REF),
        (
            "a branch and a repository",
            vec![elsewhere(), dev()],
            OTHER_REF,
        ),
        (
            "a branch and some ref",
            vec![dev(), push(HERE, "", "")],
            NO_REF,
        ),
        (
            "an image",
            vec![image()],
            Match::Differs(Difference::Nature),
        ),
        ("an image and the branch", vec![image(), main()], SAME_REF),
        (
            "no name",
            vec![names(&[])],
            Match::Unknown(Doubt::Repository),
        ),
        (
            "no readable name",
            vec![names(&["codecommit::eu-west-1://app"])],
            Match::Unknown(Doubt::Repository),
        ),
        (
            "many names",
            vec![names(&["https://github.example.com/acme/app", URL])],
            SAME_REF,
        ),
        (
            "other names",
            vec![names(&["https://gitlab.com/a/b", "x"])],
            Match::Differs(Difference::Repository),
        ),
        (
            "an inner name",
            vec![push("http://git.svc/acme/app", "refs/heads/main", "")],
            Match::Unknown(Doubt::Host),
        ),
        (
            "an inner name, another ref",
            vec![push("http://git.svc/acme/app", "refs/heads/dev", "")],
            OTHER_REF,
        ),
    ];
    let spec = spec(&json!({"branch": "main"}));
    for (case, changes, expected) in cases {
        assert_eq!(compare(changes, &spec), expected, "{case}");
    }
}
