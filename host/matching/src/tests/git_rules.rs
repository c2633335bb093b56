//! Which changes of a ref concern a GitRepository.

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
const NO_RANGE: Match = Match::Unknown(Doubt::Range);
const SYMBOLIC: Match = Match::Unknown(Doubt::SymbolicRef);
const DELETED: Match = Match::Differs(Difference::Deleted);
const OTHER_REPOSITORY: Match = Match::Differs(Difference::Repository);
const NO_REPOSITORY: Match = Match::Unknown(Doubt::Repository);

/// A ref that moved, the commit that it moved to, and the expected result.
type Move = (&'static str, &'static str, Match);

/// `spec.ref` and moves to compare with it.
const MOVES: &[(&str, &[Move])] = &[
    (
        "null",
        &[
            ("refs/heads/master", "", SAME_REF),
            ("refs/heads/main", "", OTHER_REF),
        ],
    ),
    (
        "{}",
        &[
            ("refs/heads/master", "", SAME_REF),
            ("refs/tags/master", "", OTHER_REF),
        ],
    ),
    (r#"{"branch": ""}"#, &[("refs/heads/master", "", SAME_REF)]),
    (
        r#"{"branch": "main"}"#,
        &[
            ("refs/heads/main", LATER, SAME_REF),
            ("refs/heads/dev", LATER, OTHER_REF),
            ("refs/heads/Main", "", OTHER_REF),
            ("refs/heads/feature/main", "", OTHER_REF),
            ("refs/heads/main2", "", OTHER_REF),
            ("refs/tags/main", "", OTHER_REF),
            ("refs/tags/v1.0.0", "", OTHER_REF),
            ("refs/merge-requests/1/head", "", OTHER_REF),
            ("main", "", SAME_REF),
            ("dev", "", OTHER_REF),
            ("", LATER, NO_REF),
        ],
    ),
    (
        r#"{"branch": "release/1.x"}"#,
        &[
            ("refs/heads/release/1.x", "", SAME_REF),
            ("refs/heads/1.x", "", OTHER_REF),
        ],
    ),
    (
        r#"{"tag": "v1.0.0"}"#,
        &[
            ("refs/tags/v1.0.0", "", SAME_REF),
            ("v1.0.0", "", SAME_REF),
            ("refs/tags/1.0.0", "", OTHER_REF),
            ("refs/tags/v1.0.1", "", OTHER_REF),
            ("refs/heads/v1.0.0", "", OTHER_REF),
            ("", "", NO_REF),
        ],
    ),
    (
        r#"{"semver": ">=1.0.0 <2.0.0"}"#,
        &[
            ("refs/tags/v1.4.2", "", IN_RANGE),
            ("refs/tags/1.4.2", "", IN_RANGE),
            ("1.4.2", "", IN_RANGE),
            ("refs/tags/v2.0.0", "", OUTSIDE),
            ("refs/tags/v1.4.2-rc.1", "", OUTSIDE),
            ("refs/tags/nightly", "", OUTSIDE),
            ("refs/tags/v1.4", "", OUTSIDE),
            ("refs/heads/1.4.2", "", OTHER_REF),
            ("", "", NO_REF),
        ],
    ),
    (
        r#"{"semver": ">=1.0.0-0"}"#,
        &[("refs/tags/v1.4.2-rc.1", "", IN_RANGE)],
    ),
    (
        r#"{"semver": "2025.x"}"#,
        &[("refs/tags/2025.01.09", "", IN_RANGE)],
    ),
    (
        r#"{"semver": "one"}"#,
        &[
            ("refs/tags/v1.4.2", "", NO_RANGE),
            ("refs/heads/main", "", OTHER_REF),
        ],
    ),
    (
        r#"{"tag": "v1.0.0", "semver": "2.x"}"#,
        &[
            ("refs/tags/v1.0.0", "", SAME_REF),
            ("refs/tags/v2.1.0", "", IN_RANGE),
            ("refs/tags/v3.0.0", "", OUTSIDE),
            ("refs/heads/main", "", OTHER_REF),
        ],
    ),
    (
        r#"{"branch": "main", "tag": "v1.0.0"}"#,
        &[
            ("refs/heads/main", "", OTHER_REF),
            ("refs/tags/v1.0.0", "", SAME_REF),
        ],
    ),
    (
        r#"{"branch": "main", "semver": "1.x"}"#,
        &[("refs/heads/main", "", OTHER_REF)],
    ),
    (
        r#"{"name": "refs/heads/main"}"#,
        &[
            ("refs/heads/main", "", SAME_REF),
            ("main", "", SAME_REF),
            ("refs/tags/main", "", OTHER_REF),
            ("refs/heads/dev", "", OTHER_REF),
        ],
    ),
    (
        r#"{"name": "refs/tags/v1.0.0^{}"}"#,
        &[("refs/tags/v1.0.0", "", SAME_REF)],
    ),
    (
        r#"{"name": "refs/pull/420/head"}"#,
        &[
            ("refs/pull/420/head", "", SAME_REF),
            ("refs/pull/42/head", "", OTHER_REF),
            ("refs/heads/main", "", OTHER_REF),
            ("", "", NO_REF),
        ],
    ),
    (r#"{"name": "HEAD"}"#, &[("refs/heads/main", "", SYMBOLIC)]),
    (
        r#"{"name": "refs/heads/main", "branch": "dev"}"#,
        &[("refs/heads/dev", "", OTHER_REF)],
    ),
    (
        r#"{"commit": "6113728f27ae82c7b1a177c8d03f9e96e0adf246"}"#,
        &[
            ("refs/heads/main", COMMIT, PINNED),
            ("", COMMIT, PINNED),
            ("refs/heads/main", "6113728", PINNED),
            ("refs/heads/main", "611372", PERHAPS_PINNED),
            ("refs/heads/main", LATER, PERHAPS_PINNED),
            ("refs/heads/main", "", NO_REF),
        ],
    ),
    (
        r#"{"commit": "6113728F27AE82C7B1A177C8D03F9E96E0ADF246"}"#,
        &[("", COMMIT, PINNED)],
    ),
    (
        r#"{"commit": "6113728f27ae82c7b1a177c8d03f9e96e0adf246", "branch": "main"}"#,
        &[
            ("refs/heads/main", LATER, PERHAPS_PINNED),
            ("refs/heads/main", COMMIT, PINNED),
        ],
    ),
    (
        r#"{"branch": "a", "tag": "b", "semver": "1.x", "name": "refs/heads/c", "commit": "6113728f27ae82c7b1a177c8d03f9e96e0adf246"}"#,
        &[
            ("refs/heads/c", LATER, PERHAPS_PINNED),
            ("refs/heads/c", COMMIT, PINNED),
        ],
    ),
    (
        r#"{"branch": "a", "tag": "b", "semver": "1.x", "name": "refs/heads/c"}"#,
        &[
            ("refs/heads/c", LATER, SAME_REF),
            ("refs/tags/b", LATER, OTHER_REF),
        ],
    ),
];

fn spec(reference: &str) -> TargetSpec {
    let reference: Value = serde_json::from_str(reference).unwrap();
    read("GitRepository", &json!({"url": URL, "ref": reference}))
}

#[test]
fn compares_a_moved_ref_with_the_spec() {
    for (reference, moves) in MOVES {
        for (moved, after, expected) in *moves {
            let got = compare(vec![push(HERE, moved, after)], &spec(reference));
            assert_eq!(got, *expected, "{reference}, {moved:?} moves to {after:?}");
        }
    }
}

#[test]
fn a_pinned_commit_that_was_there_before_differs() {
    let Change::Git(moved) = push(HERE, "refs/heads/main", LATER) else {
        panic!("a push is a change of Git");
    };
    let after_pinned = GitChange {
        before: Some(COMMIT.into()),
        ..moved
    };
    let spec = read(
        "GitRepository",
        &json!({"url": URL, "ref": {"commit": COMMIT}}),
    );
    let got = compare(vec![Change::Git(after_pinned)], &spec);
    assert_eq!(got, Match::Differs(Difference::Commit));
}

fn main() -> Change {
    push(HERE, "refs/heads/main", LATER)
}

fn dev() -> Change {
    push(HERE, "refs/heads/dev", LATER)
}

fn elsewhere() -> Change {
    push("https://github.com/acme/lib", "refs/heads/main", LATER)
}

fn image() -> Change {
    artifact("ghcr.io/acme/app", "main", "")
}

/// A push to `main` of one repository with several URLs.
fn push_to(urls: &[&str]) -> Change {
    Change::Git(GitChange {
        repositories: urls.iter().map(|url| (*url).to_owned()).collect(),
        reference: Some("refs/heads/main".into()),
        ..GitChange::default()
    })
}

/// The changes of an event, and the expected result for an object that follows `main`.
fn events() -> Vec<(Vec<Change>, Match)> {
    let inner = |reference| push("http://git.svc/acme/app", reference, "");
    let no_ref = || push(HERE, "", "");
    vec![
        (vec![], Match::Unknown(Doubt::Changes)),
        (vec![main()], SAME_REF),
        (vec![deleted(main())], DELETED),
        (vec![deleted(dev())], DELETED),
        (vec![deleted(no_ref())], DELETED),
        (vec![deleted(main()), main()], SAME_REF),
        (vec![elsewhere()], OTHER_REPOSITORY),
        (vec![deleted(elsewhere())], OTHER_REPOSITORY),
        (vec![dev(), main()], SAME_REF),
        (vec![main(), dev()], SAME_REF),
        (vec![elsewhere(), dev()], OTHER_REF),
        (vec![dev(), no_ref()], NO_REF),
        (vec![image()], Match::Differs(Difference::Nature)),
        (vec![image(), main()], SAME_REF),
        (vec![push_to(&[])], NO_REPOSITORY),
        (
            vec![push_to(&["codecommit::eu-west-1://app"])],
            NO_REPOSITORY,
        ),
        (
            vec![push_to(&["https://github.example.com/acme/app", URL])],
            SAME_REF,
        ),
        (
            vec![push_to(&["https://gitlab.com/a/b", "x"])],
            OTHER_REPOSITORY,
        ),
        (vec![inner("refs/heads/main")], Match::Unknown(Doubt::Host)),
        (vec![inner("refs/heads/dev")], OTHER_REF),
    ]
}

#[test]
fn the_strongest_match_of_several_changes_counts() {
    let spec = spec(r#"{"branch": "main"}"#);
    for (changes, expected) in events() {
        assert_eq!(compare(changes.clone(), &spec), expected, "{changes:?}");
    }
}
