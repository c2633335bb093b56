//! JSON pointers (RFC 6901) over a document, against a walk through serde_json's tree.

use bellpull_core::limits;
use bellpull_core::text::REDACTED;
use bellpull_proof::json::{Pointers, SelectError, Value, lenient};
use serde_json::Value as Tree;

use crate::FuzzTarget;
use crate::input::text_lines;

/// Each line is a pointer to select, or after `!` one to a credential. An empty line ends them. The rest is a
/// document.
pub(crate) const TARGET: FuzzTarget = FuzzTarget {
    name: "json-pointers",
    run,
};

/// A step to a value in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Member(String),
    Element(usize),
}

/// The segments of pointers, unescaped.
struct Asked {
    selected: Vec<Vec<String>>,
    redacted: Vec<Vec<String>>,
}

type Found<'t> = (Vec<Step>, Option<&'t Tree>);

fn run(input: &[u8]) {
    let Some((lines, document)) = text_lines(input) else {
        return;
    };
    lenient_is_stable(document);
    let (redacted, selected): (Vec<&str>, Vec<&str>) =
        lines.into_iter().partition(|line| line.starts_with('!'));
    let redacted: Vec<&str> = redacted.iter().map(|line| &line[1..]).collect();
    let pointers = Pointers::parse(&selected, &redacted);
    let read = |texts: &[&str]| texts.iter().map(|text| segments(text)).collect();
    let asked: Option<(Vec<_>, Vec<_>)> = Option::zip(read(&selected), read(&redacted));
    let is_taken = asked.is_some() && selected.len() <= limits::JSON_POINTERS;
    assert_eq!(pointers.is_ok(), is_taken, "{selected:?} {redacted:?}");
    let (Ok(pointers), Some((selected, redacted))) = (pointers, asked) else {
        return;
    };
    assert!((1..=limits::JSON_POINTER_SEGMENTS + 1).contains(&pointers.max_reads()));
    let asked = Asked { selected, redacted };
    let tree = serde_json::from_str::<Tree>(&lenient(document));
    match (pointers.select(document), tree) {
        (Ok(answers), Ok(tree)) => asked.check(&answers, &tree),
        (Err(SelectError::TooMuch), _) | (Err(SelectError::NotJson { .. }), Err(_)) => {}
        // serde_json judges what nobody asked for as well.
        (Ok(_), Err(error)) => {
            let reason = error.to_string();
            let judged = ["number out of range", "recursion limit exceeded"];
            let is_judged = judged.iter().any(|words| reason.starts_with(words));
            assert!(is_judged, "{reason}");
        }
        (Err(error), Ok(_)) => panic!("{error}, and serde_json reads it"),
    }
}

fn lenient_is_stable(document: &[u8]) {
    let once = lenient(document);
    if !once.starts_with('\u{feff}') {
        assert_eq!(lenient(once.as_bytes()), once);
    }
}

/// `None`: the text is no pointer that is taken.
fn segments(pointer: &str) -> Option<Vec<String>> {
    let Some(rest) = pointer.strip_prefix('/') else {
        return pointer.is_empty().then(Vec::new);
    };
    let read: Option<Vec<String>> = rest
        .split('/')
        .map(|segment| {
            let escapes = segment.matches('~').count();
            let known = segment.matches("~0").count() + segment.matches("~1").count();
            (escapes == known).then(|| segment.replace("~1", "/").replace("~0", "~"))
        })
        .collect();
    read.filter(|segments| segments.len() <= limits::JSON_POINTER_SEGMENTS)
}

impl Asked {
    fn check(&self, answers: &[Vec<Value>], tree: &Tree) {
        assert_eq!(answers.len(), self.selected.len());
        let credentials: Vec<Vec<Step>> = self
            .redacted
            .iter()
            .flat_map(|pointer| walk(tree, pointer, &|_| false))
            .filter_map(|(place, value)| value.map(|_| place))
            .collect();
        for (pointer, answers) in self.selected.iter().zip(answers) {
            let expected = walk(tree, pointer, &|before| self.has_star(before));
            assert_eq!(answers.len(), expected.len(), "{pointer:?}: {answers:?}");
            for (answer, expected) in answers.iter().zip(expected) {
                self.check_answer(answer, &expected, &credentials);
            }
        }
    }

    fn check_answer(&self, answer: &Value, expected: &Found<'_>, credentials: &[Vec<Step>]) {
        let (place, value) = expected;
        let is_redacted = *answer == Value::Text(REDACTED.to_owned());
        let holds = |credential: &Vec<Step>| value.is_some() && credential.starts_with(place);
        let is_below = |credential: &Vec<Step>| {
            place.len() > credential.len() && place.starts_with(credential)
        };
        if credentials.iter().any(holds) {
            let is_hidden = is_redacted || *answer == Value::Missing;
            assert!(is_hidden, "{place:?} shows a credential: {answer:?}");
        } else if credentials.iter().any(is_below) {
            assert_eq!(*answer, Value::Missing, "{place:?} is in a credential");
        } else {
            // What is around a credential may be hidden although there is none.
            let is_hidden = is_redacted || *answer == Value::Missing;
            let may_hide = !self.redacted.is_empty() && is_hidden;
            assert!(
                may_hide || is_same(answer, *value),
                "{place:?}: {answer:?} {value:?}"
            );
        }
    }

    /// Whether a pointer has `*` after these segments. Then no index is answered there.
    fn has_star(&self, before: &[String]) -> bool {
        let mut all = self.selected.iter().chain(&self.redacted);
        all.any(|pointer| {
            pointer.starts_with(before) && pointer.get(before.len()).is_some_and(|one| one == "*")
        })
    }
}

/// What a pointer leads to. A `*` leads to each element.
fn walk<'t>(
    tree: &'t Tree,
    pointer: &[String],
    has_star: &dyn Fn(&[String]) -> bool,
) -> Vec<Found<'t>> {
    let mut found: Vec<Found<'t>> = vec![(Vec::new(), Some(tree))];
    for (at, segment) in pointer.iter().enumerate() {
        let (before, after) = pointer.split_at(at);
        let stars_follow = after.iter().any(|segment| segment == "*");
        let next = |(place, value): Found<'t>| -> Vec<Found<'t>> {
            let below = |step: Step, value| ([place.as_slice(), &[step]].concat(), value);
            let absent = || match stars_follow {
                true => Vec::new(),
                false => vec![below(Step::Member(segment.clone()), None)],
            };
            match value {
                Some(Tree::Array(all)) if segment == "*" => {
                    let all = all.iter().enumerate();
                    all.map(|(at, value)| below(Step::Element(at), Some(value)))
                        .collect()
                }
                _ if segment == "*" => Vec::new(),
                Some(Tree::Object(members)) => members.get(segment).map_or_else(absent, |value| {
                    vec![below(Step::Member(segment.clone()), Some(value))]
                }),
                Some(Tree::Array(all)) if !has_star(before) => {
                    let at = segment.parse().ok();
                    let at = at.filter(|at: &usize| at.to_string() == *segment);
                    let value = at.and_then(|at| Some((at, all.get(at)?)));
                    value.map_or_else(absent, |(at, value)| {
                        vec![below(Step::Element(at), Some(value))]
                    })
                }
                _ => absent(),
            }
        };
        found = found.into_iter().flat_map(next).collect();
    }
    found
}

fn is_same(selected: &Value, expected: Option<&Tree>) -> bool {
    match (selected, expected) {
        (Value::Missing, None) | (Value::Null, Some(Tree::Null)) => true,
        (Value::Boolean(selected), Some(Tree::Bool(expected))) => selected == expected,
        (Value::Text(selected), Some(Tree::String(expected))) => selected == expected,
        (Value::Number(selected), Some(expected @ Tree::Number(_)))
        | (Value::Json(selected), Some(expected @ (Tree::Array(_) | Tree::Object(_)))) => {
            serde_json::from_str::<Tree>(selected).is_ok_and(|read| read == *expected)
        }
        _ => false,
    }
}
