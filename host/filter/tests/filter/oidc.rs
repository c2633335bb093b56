//! Variables and validations of OIDC providers.

use bellpull_filter::{Bindings, CelValue, Expression, ExpressionScope, Limits};
use serde_json::json;

#[test]
fn variables_see_earlier_ones_and_validations_see_all() {
    let claims = json!({"sub": "repo:acme/app:ref:refs/heads/main", "exp": 1_772_366_400, "aud": ["a", "b"]});
    let claims = claims.as_object().expect("an object");
    let variables = [
        ("parts", "claims.sub.split(':')"),
        ("repository", "vars.parts[1]"),
        ("expires", "timestamp(int(claims.exp))"),
        ("first", "claims.?aud[?0]"),
        ("counts", "{'parts': size(vars.parts)}"),
        ("data", "bytes(vars.repository)"),
    ];
    let mut values: Vec<(String, CelValue)> = Vec::new();
    for (name, source) in variables {
        let compiled =
            Expression::compile(source, &ExpressionScope::OIDC_VARIABLE, &Limits::default());
        let bindings = Bindings::new()
            .with("claims", claims)
            .with_values("vars", &values);
        let value = compiled.expect(source).evaluate(&bindings).expect(source);
        values.push((name.to_owned(), value));
    }
    let cases = [
        ("vars.repository == 'acme/app'", true),
        ("vars.expires > timestamp('2020-01-01T00:00:00Z')", true),
        ("vars.expires.getFullYear() == 2026", true),
        ("vars.first.orValue('') == 'a' && 'b' in claims.aud", true),
        ("vars.counts.parts == 4", true),
        ("vars.data == b'acme/app'", true),
        (
            "vars.parts == ['repo', 'acme/app', 'ref', 'refs/heads/main']",
            true,
        ),
        ("vars.repository.startsWith('other/')", false),
    ];
    let bindings = Bindings::new()
        .with("claims", claims)
        .with_values("vars", &values);
    for (source, expected) in cases {
        let compiled = Expression::compile(
            source,
            &ExpressionScope::OIDC_VALIDATION,
            &Limits::default(),
        );
        let value = compiled.expect(source).evaluate(&bindings);
        assert_eq!(value, Ok(CelValue::Bool(expected)), "{source}");
    }
}

#[test]
fn a_validation_is_a_boolean_and_a_variable_need_not_be() {
    for (scope, taken) in [
        (ExpressionScope::OIDC_VARIABLE, true),
        (ExpressionScope::OIDC_VALIDATION, false),
    ] {
        let compiled = Expression::compile("claims.sub", &scope, &Limits::default());
        assert_eq!(compiled.is_ok(), taken, "{compiled:?}");
    }
}
