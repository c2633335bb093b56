//! The conformance cases of CEL (`cel.dev/expr`), without those for what Flux does not have.

use std::collections::{BTreeMap, BTreeSet};

use bellpull_filter::{Bindings, Expression, ExpressionScope, Limits};
use bellpull_tests::cel::conformance_cases;
use serde_json::Value as Json;

use super::expected::{same, value};

/// Files of cases for extensions that Flux's environment does not have.
const ELSEWHERE: &[(&str, &str)] = &[
    ("bindings_ext", "cel.bind"),
    ("block_ext", "cel.block"),
    ("dynamic", "messages of protocol buffers"),
    ("enums", "messages of protocol buffers"),
    ("macros2", "macros of two variables"),
    ("math_ext", "the math extension"),
    ("proto2", "messages of protocol buffers"),
    ("proto2_ext", "messages of protocol buffers"),
    ("proto3", "messages of protocol buffers"),
    ("type_deduction", "types that are not evaluated"),
    ("unknowns", "partial evaluation"),
    ("wrappers", "messages of protocol buffers"),
];

/// Cases that do not pass, each with the reason. A case that passes is removed from the list.
const GAPS: &str = include_str!("gaps.txt");

struct Case(Json);

impl Case {
    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().expect("a text")
    }

    fn is(&self, name: &str) -> bool {
        self.0[name].as_bool().expect("a truth value")
    }

    fn path(&self) -> String {
        format!(
            "{}/{}/{}",
            self.text("file"),
            self.text("section"),
            self.text("name")
        )
    }

    /// Whether it can be a filter: it is checked, has macros, and has no variables.
    fn is_plain(&self) -> bool {
        let special = [
            "unchecked",
            "variables",
            "container",
            "noMacros",
            "unmodelled",
        ];
        !special.iter().any(|special| self.is(special))
            && !self.text("expr").contains("TestAllTypes")
            && !self.text("expr").contains("google.protobuf.")
    }

    /// How its result differs from the expected one, if it does.
    fn failure(&self) -> Option<String> {
        let expression = Expression::compile(
            self.text("expr"),
            &ExpressionScope::CONSTANT,
            &Limits::default(),
        );
        let outcome = match &expression {
            Ok(expression) => expression
                .evaluate(&Bindings::new())
                .map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if self.is("fails") {
            return outcome.ok().map(|value| format!("{value}, not an error"));
        }
        let expected = value(&self.0["expected"]).expect("a value that there is here");
        match outcome {
            Ok(found) if same(&expected, &found) => None,
            Ok(found) => Some(format!("{found}, not {expected}")),
            Err(error) => Some(format!("{error}, not {expected}")),
        }
    }
}

#[test]
fn conformance_cases_pass_but_for_the_known_gaps() {
    let known: BTreeSet<&str> = GAPS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(": ").expect("a case and a reason").0)
        .collect();
    let mut passed: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut gaps = BTreeSet::new();
    for case in conformance_cases()
        .expect("the cases")
        .into_iter()
        .map(Case)
    {
        let elsewhere = ELSEWHERE.iter().any(|(file, _)| *file == case.text("file"));
        if elsewhere || !case.is_plain() {
            continue;
        }
        let path = case.path();
        let failure = case.failure();
        let (passes, all) = passed.entry(case.text("file").to_owned()).or_default();
        *all += 1;
        match failure {
            None if known.contains(path.as_str()) => {
                wrong.push(format!("{path} passes: it is no gap any more"));
            }
            None => *passes += 1,
            Some(_) if known.contains(path.as_str()) => {}
            Some(failure) => wrong.push(format!("{path}: {}\n    {failure}", case.text("expr"))),
        }
        gaps.insert(path);
    }
    let table: Vec<String> = passed
        .iter()
        .map(|(file, (passes, all))| format!("{file} {passes}/{all}"))
        .collect();
    wrong.extend(
        known
            .iter()
            .filter(|path| !gaps.contains(**path))
            .map(|path| format!("{path}: there is no such case")),
    );
    assert!(
        wrong.is_empty(),
        "\n{}\n{}",
        wrong.join("\n"),
        table.join(", ")
    );
    let all: usize = passed.values().map(|(_, all)| all).sum();
    assert!(all > 800, "only {all} cases: {}", table.join(", "));
}
