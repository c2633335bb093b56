//! Functions on the Git changes and the action of an event.

use bellpull_core::{Event, Paths};

use super::support::{check, facts, git_change, push, texts, two_changes};

#[test]
fn refs_are_matched_by_globs() {
    let cases = [
        (
            Some("refs/heads/main"),
            "event.onRef('refs/heads/main')",
            true,
        ),
        (Some("refs/heads/main"), "event.onRef('refs/heads/*')", true),
        (Some("refs/heads/a/b"), "event.onRef('refs/heads/*')", false),
        (Some("refs/heads/a/b"), "event.onRef('refs/heads/**')", true),
        (
            Some("refs/tags/v1"),
            "event.onRef('refs/heads/*', 'refs/tags/v*')",
            true,
        ),
        (
            Some("refs/tags/v1"),
            "event.onRef('refs/tags/{v,w}[0-9]')",
            true,
        ),
        (
            Some("refs/tags/x"),
            "event.onRef('refs/heads/*', 'refs/tags/v*')",
            false,
        ),
        (None, "event.onRef('refs/heads/main')", true),
        (
            Some("refs/heads/app"),
            "event.onRef('refs/heads/' + res.metadata.name)",
            true,
        ),
        (
            Some("refs/heads/main"),
            "!event.onRef('refs/heads/main')",
            false,
        ),
    ];
    for (reference, source, expected) in cases {
        let facts = facts(push(vec![git_change(reference, Paths::Unknown)]));
        check(&facts, &[(source, expected)]);
    }
    check(
        &facts(Event::default()),
        &[("event.onRef('refs/heads/main')", false)],
    );
}

#[test]
fn paths_are_matched_as_git_ignores_them() {
    let complete = |paths: &[&str]| Paths::Complete(texts(paths));
    let cases = [
        (
            complete(&["apps/prod/a.yaml"]),
            "event.touches('apps/prod/**')",
            true,
        ),
        (
            complete(&["apps/dev/a.yaml"]),
            "event.touches('apps/prod/**')",
            false,
        ),
        (
            complete(&["apps/prod/a.yaml"]),
            "event.touches('apps/')",
            true,
        ),
        (
            complete(&["x/apps/a.yaml"]),
            "event.touches('/apps/')",
            false,
        ),
        (complete(&["x/apps/a.yaml"]), "event.touches('apps/')", true),
        (complete(&["a/b.md"]), "event.touches('*.md')", true),
        (complete(&["a/b.md"]), "event.touches('*', '!*.md')", false),
        (
            complete(&["a/b.md", "c.yaml"]),
            "event.touches('*', '!*.md')",
            true,
        ),
        (
            complete(&["/apps/a", "./apps/b"]),
            "event.touches('/apps/*')",
            true,
        ),
        (complete(&[]), "event.touches('*')", false),
        (Paths::Unknown, "event.touches('none')", true),
        (
            Paths::Truncated(texts(&["a"])),
            "event.touches('none')",
            true,
        ),
        (
            complete(&["prod/app"]),
            "event.touches('prod/' + receiver.name)",
            true,
        ),
    ];
    for (paths, source, expected) in cases {
        let facts = facts(push(vec![git_change(Some("refs/heads/main"), paths)]));
        check(&facts, &[(source, expected)]);
    }
    check(&facts(Event::default()), &[("event.touches('*')", false)]);
}

#[test]
fn actions_are_compared_without_case() {
    check(
        &facts(two_changes()),
        &[
            ("event.isAction('published')", true),
            ("event.isAction('opened', 'PUBLISHED')", true),
            ("event.isAction('opened')", false),
            ("event.isAction(res.metadata.name)", false),
        ],
    );
}
