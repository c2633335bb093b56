use serde_json::json;

use super::super::{Matcher, TargetSpec};
use super::{artifact, deleted, event, push, read};
use bellpull_core::Change;

/// An object, the changes of an event, and the expected line.
#[test]
fn explains_the_result_in_one_line() {
    let main = json!({"url": "https://github.com/acme/app", "ref": {"branch": "main"}});
    let main = read("GitRepository", &main);
    let latest = read("OCIRepository", &json!({"url": "oci://ghcr.io/acme/app"}));
    let chart = json!({"chart": "app", "sourceRef": {"kind": "GitRepository", "name": "app"}});
    let chart = read("HelmChart", &chart);
    let here = |reference| push("git@github.com:Acme/App.git", reference, "");
    let cases: Vec<(&TargetSpec, Vec<Change>, &str)> = vec![
        (
            &main,
            vec![here("refs/heads/dev")],
            "differs: another ref, tag or digest; the event names github.com/acme/app refs/heads/dev, \
             the object follows github.com/acme/app refs/heads/main",
        ),
        (
            &main,
            vec![here("refs/heads/dev"), here("refs/heads/main")],
            "matched: the same repository, and the same ref, tag or digest; the event names \
             github.com/acme/app refs/heads/main, the object follows github.com/acme/app refs/heads/main",
        ),
        (
            &main,
            vec![deleted(here("refs/heads/main"))],
            "differs: a deletion brings nothing to fetch; the event names the deletion of \
             github.com/acme/app refs/heads/main, the object follows github.com/acme/app refs/heads/main",
        ),
        (
            &main,
            vec![],
            "unknown: the event does not say what changed; the event names nothing, \
             the object follows github.com/acme/app refs/heads/main",
        ),
        (
            &latest,
            vec![artifact("ghcr.io/acme/app", "v1\u{1b}[2J", "")],
            "differs: another ref, tag or digest; the event names ghcr.io/acme/app tag v1\\u{1b}[2J, \
             the object follows ghcr.io/acme/app tag latest",
        ),
        (
            &latest,
            vec![push("nowhere", "", "")],
            "differs: a change of another kind than the object follows; the event names an unreadable \
             repository, the object follows ghcr.io/acme/app tag latest",
        ),
        (
            &chart,
            vec![here("refs/heads/main")],
            "matched: the same repository, and the same ref, tag or digest; the event names \
             github.com/acme/app refs/heads/main, the object follows github.com/acme/app \
             refs/heads/main through GitRepository/app",
        ),
    ];
    for (spec, changes, expected) in cases {
        let event = event(changes);
        let line = Matcher::new(&event).explain(spec, |_| Some(&main));
        assert_eq!(line, expected, "{spec} and {event:?}");
    }
}

#[test]
fn a_long_ref_does_not_make_a_long_line() {
    let event = event(vec![push(
        "https://github.com/acme/app",
        &"x".repeat(100_000),
        "",
    )]);
    let spec = read(
        "GitRepository",
        &json!({"url": "https://github.com/acme/app"}),
    );
    let line = Matcher::new(&event).explain(&spec, |_| None::<TargetSpec>);
    assert!(line.len() < 2048, "{} bytes", line.len());
}
