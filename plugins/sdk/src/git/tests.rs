use super::*;
use crate::names;

fn list(json: &str) -> Value {
    Value::Json(json.into())
}

/// A push of commits with these `added`, `modified` and `removed`.
fn push(commits: &[[Value; 3]], files: &[&str]) -> Selection {
    let column = |at: usize| commits.iter().map(|commit| commit[at].clone()).collect();
    let files = files.iter().map(|name| Value::Text((*name).into()));
    [
        (LISTS[0], column(0)),
        (LISTS[1], column(1)),
        (LISTS[2], column(2)),
        (NAMES[1], files.collect()),
    ]
    .into_iter()
    .collect()
}

#[test]
fn zeros_and_nothing_are_no_commit() {
    for (id, expected) in [
        ("3a09", Some("3a09")),
        (
            "0000000000000000000000000000000000000001",
            Some("0000000000000000000000000000000000000001"),
        ),
        ("0000000000000000000000000000000000000000", None),
        ("0", None),
        ("", None),
    ] {
        assert_eq!(commit(Some(id)).as_deref(), expected, "{id:?}");
    }
    assert_eq!(commit(None), None);
}

#[test]
fn an_empty_id_says_nothing() {
    for (id, expected) in [("00", true), ("0a", false), ("", false)] {
        assert_eq!(is_zeros(id), expected, "{id:?}");
    }
}

#[test]
fn short_names_become_full() {
    for (name, of_branch, of_tag) in [
        (Some("v1"), Some("refs/heads/v1"), Some("refs/tags/v1")),
        (
            Some("refs/tags/v1"),
            Some("refs/tags/v1"),
            Some("refs/tags/v1"),
        ),
        (Some(""), None, None),
        (None, None, None),
    ] {
        assert_eq!(branch(name).as_deref(), of_branch, "{name:?}");
        assert_eq!(tag(name).as_deref(), of_tag, "{name:?}");
    }
}

#[test]
fn a_name_of_either_is_both() {
    for (name, expected) in [
        (
            Some("v1"),
            vec![Some("refs/heads/v1"), Some("refs/tags/v1")],
        ),
        (Some("refs/pull/1/merge"), vec![Some("refs/pull/1/merge")]),
        (None, vec![None]),
    ] {
        let changes = branch_or_tag(name, GitChange::in_repository(vec![]));
        let refs: Vec<_> = changes
            .iter()
            .map(|change| change.ref_.as_deref())
            .collect();
        assert_eq!(refs, expected, "{name:?}");
    }
}

#[test]
fn a_change_of_nothing_tells_nothing() {
    let nothing = GitChange::in_repository(vec![]);
    assert!(!has_facts(&nothing));
    let somewhere = GitChange::in_repository(names(&["u"]));
    let somehow = GitChange {
        after: Some("3a09".into()),
        ..nothing
    };
    assert!(has_facts(&somewhere) && has_facts(&somehow));
}

#[test]
fn a_repository_has_each_name_once() {
    let payload = Selection::from([("/a", "x"), ("/b", "y"), ("/c", "x"), ("/d", "")]);
    assert_eq!(
        repositories(&payload, &["/a", "/b", "/c", "/d", "/e"]),
        ["x", "y"]
    );
}

#[test]
fn files_are_known_when_every_commit_tells_them() {
    let known = || [list("[]"), list("[\"a\"]"), list("[]")];
    let complete = Paths::Complete(names(&["a"]));
    for (commits, expected) in [
        (vec![known()], complete.clone()),
        (vec![known(), known()], complete.clone()),
        (
            vec![[Value::Null, list("[\"a\"]"), list("[]")]],
            Paths::Unknown,
        ),
        (vec![], Paths::Unknown),
        (
            vec![[Value::Missing, Value::Missing, Value::Missing]],
            Paths::Unknown,
        ),
        (
            vec![known(), [Value::Missing, Value::Missing, Value::Missing]],
            Paths::Unknown,
        ),
        (
            vec![[Value::Null, Value::Null, Value::Null]],
            Paths::Unknown,
        ),
        (
            vec![[Value::Missing, list("[\"a\"]"), list("[]")]],
            Paths::Unknown,
        ),
        (
            vec![[Value::Text("a".into()), Value::Null, Value::Null]],
            Paths::Unknown,
        ),
        (
            vec![[Value::Text("a".into()), list("[]"), list("[]")]],
            Paths::Unknown,
        ),
    ] {
        let found = paths(&push(&commits, &["a"]), |_, _| false);
        assert_eq!(found, expected, "{commits:?}");
    }
}

#[test]
fn files_that_are_no_names_are_unknown() {
    let commit = [list("[]"), list("[[\"a\"]]"), list("[]")];
    let mut payload = push(&[commit], &[]);
    payload.extend([(NAMES[0], vec![list("[\"a\"]")])]);
    assert_eq!(paths(&payload, |_, _| false), Paths::Unknown);
}

#[test]
fn refs_are_told_one_by_one_while_an_event_holds_them() {
    let of = |rows: usize, url: &str| {
        let somewhere = GitChange::in_repository(names(&[url]));
        let changes = ref_changes(vec!["refs/heads/a"; rows], somewhere, |name, somewhere| {
            GitChange {
                ref_: Some(name.into()),
                ..somewhere.clone()
            }
        });
        (changes.len(), changes[0].ref_.is_some())
    };
    let most = Event::MOST_CHANGES;
    assert_eq!(of(most, "u"), (most, true));
    assert_eq!(of(most + 1, "u"), (1, false));
    assert_eq!(of(most, &"u".repeat(1 + Event::LIMIT / most)), (1, false));
    assert_eq!(of(0, "u"), (1, false));
}

#[test]
fn a_ref_is_gone_where_zeros_follow() {
    let somewhere = GitChange::in_repository(names(&["u"]));
    let of = |before, after| ref_change([Some("refs/tags/v1"), before, after], &somewhere);
    let created = of(Some("00"), Some("3a09"));
    assert_eq!(created.repositories, ["u"]);
    assert_eq!(created.ref_.as_deref(), Some("refs/tags/v1"));
    assert_eq!((created.before, created.after), (None, Some("3a09".into())));
    for (after, deleted) in [(Some("00"), true), (Some("3a09"), false), (None, false)] {
        assert_eq!(of(Some("0a"), after).deleted, deleted, "{after:?}");
    }
}

#[test]
fn a_repository_of_many_names_is_any() {
    let named = |count: usize| {
        let names = (0..count).map(|index| Value::Text(index.to_string()));
        let payload: Selection = [("/n/*", names.collect())].into_iter().collect();
        repositories(&payload, &["/n/*"]).len()
    };
    assert_eq!((named(MOST_NAMES), named(MOST_NAMES + 1)), (MOST_NAMES, 0));
}

#[test]
fn a_commit_without_files_touches_none() {
    let empty = [list("[]"), list("[]"), list("[]")];
    let found = paths(&push(&[empty], &[]), |_, _| false);
    assert_eq!(found, Paths::Complete(vec![]));
}

#[test]
fn the_sender_says_what_it_cut() {
    let commit = [list("[]"), list("[\"a\",\"b\"]"), list("[]")];
    let payload = push(&[commit], &["a", "b"]);
    let found = paths(&payload, |commits, files| (commits, files) == (1, 2));
    assert_eq!(found, Paths::Truncated(names(&["a", "b"])));
}

#[test]
fn what_was_too_much_to_ask_is_unknown() {
    assert_eq!(paths(&Selection::from([]), |_, _| false), Paths::Unknown);
}
