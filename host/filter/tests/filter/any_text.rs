//! Any text compiles or is refused, and what compiles has a value or an error. Nothing panics.

mod words;

use bellpull_core::{Change, Event, GitChange};
use bellpull_filter::{Bindings, EventFacts, Expression, ExpressionScope, Limits};
use proptest::prelude::*;
use serde_json::json;

use self::words::{LEAVES, MEMBERS, OPERATORS, UNARY, WORDS};
use super::support::{compile, facts_of, json_body, resource};

fn spelled() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS), 1..24).prop_map(|words| words.concat())
}

/// Well-formed expressions, made from values by operators and functions.
fn well_formed() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(LEAVES).prop_map(|leaf| format!("dyn({leaf})"));
    leaf.prop_recursive(4, 24, 3, |part| {
        prop_oneof![
            operations(part.clone()),
            calls(part.clone()),
            literals(part)
        ]
    })
}

fn operations(part: impl Strategy<Value = String> + Clone) -> impl Strategy<Value = String> {
    let part = || part.clone();
    let operator = prop::sample::select(OPERATORS);
    prop_oneof![
        (part(), operator, part()).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        (part(), part()).prop_map(|(a, b)| format!("{a}[{b}]")),
        (part(), part()).prop_map(|(a, b)| format!("{a}[?{b}]")),
        part().prop_map(|a| format!("{a}.?a")),
        part().prop_map(|a| format!("has({a}.a)")),
        (part(), part(), part()).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
    ]
}

fn calls(part: impl Strategy<Value = String> + Clone) -> impl Strategy<Value = String> {
    let part = || part.clone();
    let unary = prop::sample::select(UNARY);
    let member = || prop::sample::select(MEMBERS);
    prop_oneof![
        (unary, part()).prop_map(|(f, a)| format!("{f}({a})")),
        (part(), member()).prop_map(|(a, f)| format!("{a}.{f}()")),
        (part(), member(), part()).prop_map(|(a, f, b)| format!("{a}.{f}({b})")),
        (part(), member(), part(), part()).prop_map(|(a, f, b, c)| format!("{a}.{f}({b}, {c})")),
        (part(), part()).prop_map(|(a, b)| format!("{a}.map(x, {b})")),
        (part(), part()).prop_map(|(a, b)| format!("{a}.all(x, {b})")),
    ]
}

fn literals(part: impl Strategy<Value = String> + Clone) -> impl Strategy<Value = String> {
    let pair = (part.clone(), part);
    prop_oneof![
        pair.clone().prop_map(|(a, b)| format!("[{a}, {b}]")),
        pair.prop_map(|(a, b)| format!("{{{a}: {b}}}")),
    ]
}

/// The document that expressions read in `req` or `claims`.
fn document() -> serde_json::Value {
    json!({"a": 1, "b": "x", "l": [1, "a", null], "m": {"a": 1}, "s": "héllo"})
}

fn facts() -> EventFacts {
    let event = Event {
        changes: vec![Change::Git(GitChange::default())],
        ..Event::default()
    };
    facts_of(event, json_body(document().to_string()))
}

fn never_panics(source: &str) {
    let claims = document();
    let variables = Bindings::new().with("claims", claims.as_object().expect("an object"));
    let scope = ExpressionScope::OIDC_VARIABLE;
    let over_claims = source.replace("req", "claims");
    if let Ok(expression) = Expression::compile(&over_claims, &scope, &Limits::default()) {
        let _ = expression.evaluate(&variables);
    }
    match compile(source) {
        Ok(filter) => {
            let _ = filter.evaluate(&facts(), &resource());
            let _ = filter.explain(&facts(), &resource());
        }
        Err(error) => assert!(!error.to_string().is_empty(), "an error without words"),
    }
}

proptest! {
    #[test]
    fn any_text_is_handled(source in any::<String>()) {
        never_panics(&source);
    }

    #[test]
    fn words_of_the_language_are_handled(source in spelled()) {
        never_panics(&source);
    }

    #[test]
    fn well_formed_expressions_are_handled(source in well_formed()) {
        never_panics(&source);
        never_panics(&format!("{source} == {source}"));
    }
}
