//! Facts of pull requests and merge requests.

use crate::host::document::Value;
use crate::{Change, GitChange, RequestChange, Selection, git};

/// The most labels of one request that are reported. GitHub allows no more.
pub const MOST_LABELS: usize = 100;

/// Whether any field of the change is set. A change without facts says no more than no change at all.
pub fn has_facts(change: &RequestChange) -> bool {
    *change != RequestChange::in_repository(Vec::new())
}

/// The changes of a request: the request itself and, before it, the ref that its merge moved.
///
/// `tells_merge` says whether this kind of event is sent when a request is merged; otherwise no ref has
/// moved now. `commit` is the commit at which the ref is. If the sender does not say whether the request
/// is merged, its target may have moved, to an unknown commit.
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

/// The number of a request, as the forge writes it. Empty where there is none.
pub fn number(payload: &Selection, pointer: &str) -> String {
    match payload.all(pointer) {
        [Value::Number(number) | Value::Text(number), ..] => number.clone(),
        _ => String::new(),
    }
}

/// The labels of a request. `list` points to the list, and `names`, with a `*`, to the name of each
/// label. `None`, for unknown, if there is no list, if a label has no name, and if there are more than
/// [`MOST_LABELS`].
pub fn labels(payload: &Selection, list: &str, names: &str) -> Option<Vec<String>> {
    let is_list = matches!(payload.all(list), [Value::Json(json), ..] if json.starts_with('['));
    let named: Vec<String> = payload.texts(names).map(String::from).collect();
    let all = payload.all(names).len();
    let known = is_list && payload.has(names) && named.len() == all && all <= MOST_LABELS;
    known.then_some(named)
}

/// Whether a request is merged: its state is `wanted`, or the event itself is the merge. `None` where
/// the sender states neither.
pub fn merged(state: Option<&str>, wanted: &str, is_merge: bool) -> Option<bool> {
    match state {
        Some(state) => Some(is_merge || state == wanted),
        None => is_merge.then_some(true),
    }
}

/// Whether a request is merged, by the time of its merge. `null` means that it is not merged; `None`
/// is returned where the sender does not state the time.
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
