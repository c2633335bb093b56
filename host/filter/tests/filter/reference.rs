//! The reference documents exactly what expressions may use.

use bellpull_filter::{Expression, ExpressionScope, Limits, reference};

const SCOPES: &[ExpressionScope] = &[
    ExpressionScope::FILTER,
    ExpressionScope::FILTER_WITH_CLAIMS,
    ExpressionScope::OIDC_VARIABLE,
    ExpressionScope::OIDC_VALIDATION,
];

#[test]
fn the_page_holds_the_tables() {
    let tables = reference(&ExpressionScope::FILTER_WITH_CLAIMS).to_string();
    let page = include_str!("../../README.md");
    assert!(
        page.contains(tables.trim_end()),
        "README.md has other tables than `bellpull filter --reference`:\n{tables}"
    );
}

#[test]
fn every_documented_variable_and_member_can_be_read() {
    for scope in SCOPES {
        for variable in reference(scope).variables {
            let path = variable.path.replace("[…]", "[0]");
            let source = format!("{path} == {path}");
            let compiled = Expression::compile(&source, scope, &Limits::default());
            assert!(compiled.is_ok(), "{source}: {compiled:?}");
            assert!(!variable.about.is_empty(), "{path} says nothing");
        }
    }
}

#[test]
fn what_a_scope_does_not_document_it_does_not_have() {
    let documented = |scope: &ExpressionScope, name: &str| {
        let variables = reference(scope).variables;
        variables.iter().any(|variable| variable.path == name)
    };
    for scope in SCOPES {
        for name in [
            "res", "req", "event", "delivery", "receiver", "claims", "vars", "other",
        ] {
            let source = format!("{name} == {name}");
            let compiled = Expression::compile(&source, scope, &Limits::default());
            assert_eq!(
                compiled.is_ok(),
                documented(scope, name),
                "{name}: {compiled:?}"
            );
        }
    }
}

#[test]
fn the_tables_are_markdown() {
    let tables = reference(&ExpressionScope::FILTER_WITH_CLAIMS).to_string();
    for line in tables.lines().filter(|line| !line.is_empty()) {
        let framed = line.starts_with('|') && line.ends_with('|');
        assert!(framed, "{line}");
    }
    for row in [
        "| `event.changes[…].ref` | `string` |",
        "| `string.charAt(int) -> string` |",
        "| `Event.onRef(string, …) -> bool`",
        "| `has(e.f)` |",
    ] {
        assert!(tables.contains(row), "no {row} in\n{tables}");
    }
}
