//! Whatever the text, compiling it and evaluating what compiles ends in a value or an error.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in tests a panic is how a failure is told"
)]

use std::sync::Arc;

use bellpull_core::{Bytes, Event, GitChange};
use bellpull_filter::{
    Bindings, CelFilter, DeliveryVariable, EventFacts, Expression, ExpressionScope, Limits,
    RequestBody, Resource,
};
use proptest::prelude::*;
use serde_json::json;

/// Words of the language, so that some of what they spell compiles.
const WORDS: &[&str] = &[
    "req",
    "res",
    "event",
    "delivery",
    "receiver",
    ".",
    ".?",
    "[",
    "]",
    "[?",
    "(",
    ")",
    "{",
    "}",
    ",",
    ":",
    "?",
    "&&",
    "||",
    "!",
    "-",
    "+",
    "*",
    "/",
    "%",
    "==",
    "!=",
    "<",
    ">=",
    " in ",
    "a",
    "b",
    "changes",
    "kind",
    "x",
    "1",
    "0",
    "-1",
    "9223372036854775807",
    "1u",
    "1.5",
    "1e308",
    "'a'",
    "''",
    "'é'",
    "b'\\xff'",
    "true",
    "false",
    "null",
    "has(",
    ".size()",
    ".map(x, ",
    ".filter(x, ",
    ".exists(x, ",
    ".all(x, ",
    ".exists_one(x, ",
    ".optMap(x, ",
    ".first()",
    ".last()",
    ".value()",
    ".orValue(",
    ".matches('",
    ".split(",
    ".join(",
    ".replace(",
    ".substring(",
    ".charAt(",
    ".indexOf(",
    ".lastIndexOf(",
    ".format([",
    ".reverse()",
    "int(",
    "uint(",
    "double(",
    "string(",
    "bytes(",
    "timestamp(",
    "duration(",
    "type(",
    "dyn(",
    "optional.of(",
    "optional.none()",
    "sets.contains(",
    "base64.decode(",
    ".getHours(",
    "event.onRef('refs/heads/",
    "event.touches('",
    "event.isAction('",
    "@result",
    "#",
    "\n",
    "//",
    "\"",
    "'",
    "\\",
    "\u{0}",
    "😀",
];

fn spelled() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS), 1..24).prop_map(|words| words.concat())
}

/// Parts that are well formed, put together by operators.
fn well_formed() -> impl Strategy<Value = String> {
    const LEAVES: &[&str] = &[
        "req.a",
        "req.b",
        "req.l",
        "req.m",
        "req.s",
        "1",
        "2u",
        "1.5",
        "'a'",
        "b'a'",
        "true",
        "null",
        "[]",
        "{}",
        "[1, 2]",
        "{'a': 1}",
        "timestamp(0)",
        "duration('1h')",
        "optional.of(1)",
        "optional.none()",
        "event.changes",
        "event",
        "req",
        "int",
        "-9223372036854775808",
        "9223372036854775807",
        "18446744073709551615u",
        "timestamp('9999-12-31T23:59:59Z')",
        "duration('2562047h')",
        "double('NaN')",
        "1e308",
    ];
    let leaf = prop::sample::select(LEAVES).prop_map(|leaf| format!("dyn({leaf})"));
    leaf.prop_recursive(4, 24, 3, |inner| {
        let operator =
            prop::sample::select(&["+", "-", "*", "/", "%", "==", "<", " in ", "&&", "||"][..]);
        let unary = prop::sample::select(
            &[
                "size",
                "string",
                "int",
                "uint",
                "double",
                "bytes",
                "timestamp",
                "duration",
                "bool",
                "type",
                "!",
                "-",
                "optional.of",
                "base64.encode",
                "base64.decode",
                "strings.quote",
                "optional.ofNonZeroValue",
                "optional.unwrap",
            ][..],
        );
        let member = prop::sample::select(
            &[
                "split",
                "replace",
                "join",
                "indexOf",
                "lastIndexOf",
                "substring",
                "charAt",
                "format",
                "matches",
                "contains",
                "startsWith",
                "getHours",
                "getDayOfYear",
                "getMilliseconds",
                "first",
                "last",
                "value",
                "orValue",
                "reverse",
                "trim",
                "lowerAscii",
                "size",
            ][..],
        );
        let text = || inner.clone();
        prop_oneof![
            (text(), operator, text()).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
            (unary, text()).prop_map(|(function, a)| format!("{function}({a})")),
            (text(), member.clone()).prop_map(|(a, function)| format!("{a}.{function}()")),
            (text(), member.clone(), text()).prop_map(|(a, f, b)| format!("{a}.{f}({b})")),
            (text(), member, text(), text()).prop_map(|(a, f, b, c)| format!("{a}.{f}({b}, {c})")),
            (text(), text()).prop_map(|(a, b)| format!("{a}[{b}]")),
            (text(), text()).prop_map(|(a, b)| format!("{a}[?{b}]")),
            text().prop_map(|a| format!("{a}.?a")),
            text().prop_map(|a| format!("has({a}.a)")),
            (text(), text()).prop_map(|(a, b)| format!("{a}.map(x, {b})")),
            (text(), text()).prop_map(|(a, b)| format!("{a}.all(x, {b})")),
            (text(), text(), text()).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
            (text(), text()).prop_map(|(a, b)| format!("[{a}, {b}]")),
            (text(), text()).prop_map(|(a, b)| format!("{{{a}: {b}}}")),
        ]
    })
}

fn facts() -> EventFacts {
    let event = Event {
        changes: vec![bellpull_core::Change::Git(GitChange::default())],
        ..Event::default()
    };
    let body = json!({"a": 1, "b": "x", "l": [1, "a", null], "m": {"a": 1}, "s": "héllo"});
    let request = RequestBody::Json(Bytes::from(body.to_string()));
    let acceptance = Arc::new(event.into());
    let facts = EventFacts::of_each(
        acceptance,
        request,
        DeliveryVariable::default(),
        Arc::default(),
    );
    facts.into_iter().next().expect("an event")
}

fn never_panics(source: &str) {
    let body = json!({"a": 1, "b": "x", "l": [1, "a", null], "m": {"a": 1}, "s": "héllo"});
    let variables = Bindings::new().with("claims", body.as_object().expect("an object"));
    let scope = ExpressionScope::OIDC_VARIABLE;
    let claims = source.replace("req", "claims");
    if let Ok(expression) = Expression::compile(&claims, &scope, &Limits::default()) {
        let _ = expression.evaluate(&variables);
    }
    match CelFilter::compile(source, false, &Limits::default()) {
        Ok(filter) => {
            let resource = Resource::new("v1", "Thing", &json!({}));
            let _ = filter.evaluate(&facts(), &resource);
            let _ = filter.explain(&facts(), &resource);
        }
        Err(error) => assert!(!error.to_string().is_empty(), "an error without words"),
    }
}

proptest! {
    #[test]
    fn any_text_ends_well(source in any::<String>()) {
        never_panics(&source);
    }

    #[test]
    fn words_of_the_language_end_well(source in spelled()) {
        never_panics(&source);
    }

    #[test]
    fn what_is_well_formed_ends_well(source in well_formed()) {
        never_panics(&source);
        never_panics(&format!("{source} == {source}"));
    }
}
