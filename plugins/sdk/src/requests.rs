//! Facts of pull and merge requests, as forges write them.

use crate::host::document::Value;
use crate::{Change, GitChange, RequestChange, Selection, git};

/// Labels of one request that are told: GitHub takes no more on one.
pub const MOST_LABELS: usize = 100;

/// Whether the change says anything: where it does not even say of which repository it is, no change does
/// as well.
pub fn has_facts(change: &RequestChange) -> bool {
    *change != RequestChange::in_repository(Vec::new())
}

/// A request, and before it the ref that its merge has moved, if the sender tells of that now: until then
/// no ref of the repository has. `commit` is where the ref is. Where the sender does not say whether the
/// request is merged, its target may have moved.
pub fn changes(request: RequestChange, tells_merge: bool, commit: Option<&str>) -> Vec<Change> {
    let after = match request.merged {
        Some(true) if tells_merge => Some(git::commit(commit)),
        Some(_) => None,
        None => Some(None),
    };
    let moved = after.map(|after| GitChange {
        ref_: request.target.clone(),
        after,
        ..GitChange::in_repository(request.repositories.clone())
    });
    let moved = moved.map(Change::Git).into_iter();
    moved.chain([Change::Request(request)]).collect()
}

/// What people call a request by: a number, or a text where the forge writes one.
pub fn number(payload: &Selection, pointer: &str) -> String {
    match payload.all(pointer) {
        [Value::Number(number) | Value::Text(number), ..] => number.clone(),
        _ => String::new(),
    }
}

/// The labels of a request: `list` names them all, and `names` with a `*` what each is called. They are
/// unknown where there is no list, as soon as one has no name, and beyond [`MOST_LABELS`].
pub fn labels(payload: &Selection, list: &str, names: &str) -> Option<Vec<String>> {
    let is_list = matches!(payload.all(list), [Value::Json(json), ..] if json.starts_with('['));
    let named: Vec<String> = payload.texts(names).map(String::from).collect();
    let all = payload.all(names).len();
    let known = is_list && payload.has(names) && named.len() == all && all <= MOST_LABELS;
    known.then_some(named)
}

/// Whether a request has been merged: its state says so, or the event is of its merge.
pub fn merged(state: Option<&str>, wanted: &str, is_merge: bool) -> Option<bool> {
    match state {
        Some(state) => Some(is_merge || state == wanted),
        None => is_merge.then_some(true),
    }
}

/// Whether a request has been merged, by the time when: `null` says that it has not.
pub fn merged_at(payload: &Selection, pointer: &str) -> Option<bool> {
    match payload.all(pointer) {
        [Value::Null, ..] => Some(false),
        [Value::Text(time), ..] => Some(!time.is_empty()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn labels_are_known_where_all_have_names() {
        let list = || Value::Json("[{}]".into());
        let many = vec![text("a"); MOST_LABELS];
        for (sent, names, expected) in [
            (list(), vec![text("a"), text("b")], Some(2)),
            (list(), vec![], Some(0)),
            (list(), vec![text("a"), Value::Null], None),
            (list(), many.clone(), Some(MOST_LABELS)),
            (list(), [many, vec![text("a")]].concat(), None),
            (Value::Json("{}".into()), vec![], None),
            (Value::Null, vec![], None),
            (Value::Missing, vec![], None),
        ] {
            let shown = format!("{sent:?} {}", names.len());
            let payload: Selection = [("/labels", vec![sent]), ("/labels/*/name", names)]
                .into_iter()
                .collect();
            let got = labels(&payload, "/labels", "/labels/*/name");
            assert_eq!(got.map(|labels| labels.len()), expected, "{shown}");
        }
        let unasked: Selection = [("/labels", vec![list()])].into_iter().collect();
        assert_eq!(labels(&unasked, "/labels", "/labels/*/name"), None);
    }

    #[test]
    fn a_number_is_told_as_it_is_written() {
        for (sent, expected) in [
            (Value::Number("17".into()), "17"),
            (text("!17"), "!17"),
            (Value::Null, ""),
            (Value::Boolean(true), ""),
        ] {
            let payload: Selection = [("/number", vec![sent.clone()])].into_iter().collect();
            assert_eq!(number(&payload, "/number"), expected, "{sent:?}");
        }
    }

    #[test]
    fn a_merge_is_one_whatever_the_state_is() {
        for (state, is_merge, expected) in [
            (Some("MERGED"), false, Some(true)),
            (Some("OPEN"), false, Some(false)),
            (Some("OPEN"), true, Some(true)),
            (None, true, Some(true)),
            (None, false, None),
        ] {
            assert_eq!(
                merged(state, "MERGED", is_merge),
                expected,
                "{state:?} {is_merge}"
            );
        }
    }

    #[test]
    fn a_merge_moves_the_target() {
        let request = RequestChange {
            target: Some("refs/heads/main".into()),
            ..RequestChange::in_repository(vec!["u".into()])
        };
        let moved = |after: Option<&str>| {
            Change::Git(GitChange {
                ref_: request.target.clone(),
                after: after.map(String::from),
                ..GitChange::in_repository(vec!["u".into()])
            })
        };
        for (merged, tells_merge, expected) in [
            (Some(true), true, Some(moved(Some("abc")))),
            (Some(true), false, None),
            (Some(false), true, None),
            (Some(false), false, None),
            (None, true, Some(moved(None))),
            (None, false, Some(moved(None))),
        ] {
            let request = RequestChange {
                merged,
                ..request.clone()
            };
            let told = changes(request.clone(), tells_merge, Some("abc"));
            let expected: Vec<Change> = expected
                .into_iter()
                .chain([Change::Request(request)])
                .collect();
            assert_eq!(told, expected, "{merged:?} {tells_merge}");
        }
    }

    #[test]
    fn a_time_says_whether_it_is_merged() {
        for (sent, expected) in [
            (Value::Null, Some(false)),
            (text("2026-01-01T00:00:00Z"), Some(true)),
            (text(""), Some(false)),
            (Value::Missing, None),
            (Value::Number("0".into()), None),
        ] {
            let payload: Selection = [("/at", vec![sent.clone()])].into_iter().collect();
            assert_eq!(merged_at(&payload, "/at"), expected, "{sent:?}");
        }
    }
}
