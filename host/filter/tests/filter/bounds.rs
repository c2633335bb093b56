//! Expressions that would run or grow without end are stopped by their limits.

use bellpull_filter::{
    Bindings, CelValue, EvaluationError, Expression, ExpressionScope, InvalidExpression, Limits,
};
use serde_json::json;

fn compile(source: &str) -> Result<Expression, InvalidExpression> {
    Expression::compile(source, &ExpressionScope::FILTER, &Limits::default())
}

/// A body of about a megabyte: a long list, a long text, and objects.
fn variables() -> Bindings {
    let list: Vec<u32> = (0..100_000).collect();
    let objects: Vec<_> = (0..2_000)
        .map(|id| json!({"id": id, "text": "x".repeat(100)}))
        .collect();
    let body = json!({
        "list": list,
        "text": "a".repeat(300_000),
        "objects": objects,
        "short": "abc",
    });
    Bindings::new().with("req", body.as_object().expect("an object"))
}

#[test]
fn an_evaluation_that_takes_too_long_ends() {
    let nested = "req.list.all(a, req.list.all(b, a + b >= 0.0))";
    let doubling = format!("[req.text]{}.size() == 1", ".map(x, x + x)".repeat(40));
    let lists = format!("[[1]]{}.size() == 1", ".map(x, x + x)".repeat(40));
    let wide = format!("[{}].size() == 4", vec!["req.text"; 1600].join(","));
    let hidden = format!("{nested} || true");
    let cases = [
        nested,
        &hidden,
        &doubling,
        &lists,
        &wide,
        "req.list.map(x, req.list).size() == 0 || req.list.map(x, req.list.map(y, y)).size() == 1",
        "req.list.exists(x, req.text.matches('(a|b|ab)*c'))",
        "req.list.exists(x, req.text.contains('b'))",
        "req.list.exists(x, req.text.indexOf('b') > 0)",
        "req.list.exists(x, req.text.lastIndexOf('b') > 0)",
        "req.list.exists(x, req.text.reverse() == 'b')",
        "req.list.exists(x, req.text.upperAscii() == 'b')",
        "req.list.exists(x, req.text.split('').size() == 1)",
        "req.list.exists(x, size(req.text) == 1)",
        "req.list.exists(x, bytes(req.text).size() == 1)",
        "req.list.exists(x, base64.encode(bytes(req.text)) == '')",
        "req.list.exists(x, '%s'.format([req]) == '')",
        "req.list.exists(x, req.objects != req.objects.map(o, o))",
        "req.list.exists(x, req.objects.filter(o, true) != req.objects)",
        "req.list.exists(x, [x] in req.objects.map(o, [o.id + 0.5]))",
        "req.list.exists(x, sets.contains(req.list, [-1.0]))",
        "req.list.exists(x, req.?text.orValue('') == 'b')",
        "req.list.exists(x, optional.of(req.text).hasValue() && false)",
        "req.list.exists(x, {'a': req.text}.a == 'b')",
        "req.list.exists(x, [req.text].exists(y, y == 'b'))",
        "req.list.exists(x, req.short.matches(req.short + string(x)))",
        "req.text.matches('b[ab]{60}[^ab]')",
        "req.text.matches('b[ab]{' + string(60) + '}[^ab]')",
        "req.text.matches('b[ab]{60}[^ab]') || true",
        "req.text.replace('', req.text).size() == 1",
        "req.text.replace('a', req.text).size() == 1",
        "req.text.split('').join(req.text).size() == 1",
        "req.text.split('').map(x, req.text).join('').size() == 1",
        "req.list.map(x, req.text + req.text).size() == 1",
        "req.list.exists(x, req.text < req.text)",
        "req.list.exists(x, strings.quote(req.text) == '')",
    ];
    let variables = variables();
    for source in cases {
        let shown: String = source.chars().take(100).collect();
        let expression = compile(source).unwrap_or_else(|error| panic!("{shown}: {error}"));
        let outcome = expression.evaluate(&variables);
        let expected = Err(EvaluationError::Steps(Limits::STEPS));
        assert_eq!(outcome, expected, "{shown}");
    }
}

#[test]
fn a_large_document_is_evaluated() {
    let cases = [
        ("req.list.all(x, x >= 0.0)", true),
        ("req.list.exists(x, x > 1.0 && x < 0.0)", false),
        (
            "req.objects.exists(o, o.id == 1999 && o.text.startsWith('x'))",
            true,
        ),
        ("req.text.matches('^a+$')", true),
        ("req.text.matches('^a{3}(a|ab|abc)+.?a$')", true),
        ("req.text.matches('^(' + req.short + '|a+)$')", true),
        ("req.text.contains('b')", false),
        ("'%s'.format([req.list]).size() > 100000", true),
        (
            "req.objects.map(o, o.text).filter(t, t.size() == 100).size() == 2000",
            true,
        ),
        ("req.text.split('a', 10).size() == 10", true),
    ];
    let variables = variables();
    for (source, expected) in cases {
        let expression = compile(source).expect(source);
        assert_eq!(
            expression.evaluate(&variables),
            Ok(CelValue::Bool(expected)),
            "{source}"
        );
    }
}

#[test]
fn sources_are_bounded_and_never_overflow_the_stack() {
    let around = |open: &str, middle: &str, close: &str, times| {
        format!("{}{middle}{}", open.repeat(times), close.repeat(times))
    };
    let cases = [
        around("(", "true", ")", 8_000),
        around("(", "true", ")", 50_000),
        "(".repeat(16_000),
        "[".repeat(16_000),
        "{".repeat(16_000),
        "({[".repeat(5_000),
        around("[", "1", "]", 8_000),
        format!("true{}", " == true".repeat(2_000)),
        format!("1{} == 1", "+1".repeat(8_000)),
        format!("req{} == 1", ".a".repeat(8_000)),
        format!("req{} == 1", "[0]".repeat(5_000)),
        format!("{}true", "true?true:".repeat(1_600)),
        format!("req{} == 1", ".f()".repeat(4_000)),
        format!("[1]{} == [1]", ".map(x,x)".repeat(1_700)),
        around("[1].map(x,", "x", ")", 1_400),
        around("{'a':", "1", "}", 2_600),
        "a".repeat(16_385),
    ];
    for source in cases {
        let shown: String = source.chars().take(40).collect();
        let error = compile(&source).expect_err(&shown);
        assert!(!error.problems.is_empty(), "{shown}");
        assert!(error.to_string().len() < 4_000, "{shown}: {error}");
    }
}

#[test]
fn long_chains_within_the_depth_are_accepted() {
    let alternatives = vec!["req.short == 'abd'"; 400].join(" || ");
    let sum = format!("1{} == 200", " + 1".repeat(199));
    let not = format!("{}true", "!".repeat(10_000));
    let inside = format!("{}true{}", "(".repeat(60), ")".repeat(60));
    let variables = variables();
    for (source, expected) in [
        (alternatives, false),
        (sum, true),
        (not, true),
        (inside, true),
    ] {
        let shown: String = source.chars().take(40).collect();
        let expression = compile(&source).unwrap_or_else(|error| panic!("{shown}: {error}"));
        assert_eq!(
            expression.evaluate(&variables),
            Ok(CelValue::Bool(expected)),
            "{shown}"
        );
    }
}

#[test]
fn the_deepest_expression_fits_a_small_stack() {
    // Less than a server's thread has.
    const STACK: usize = 1 << 20;
    let sum = format!("1{} == 1", " + 1".repeat(297));
    let loops = format!("{}true{}", "[1].exists(x, ".repeat(140), ")".repeat(140));
    for source in [sum, loops] {
        let shown: String = source.chars().take(40).collect();
        let expression = compile(&source).unwrap_or_else(|error| panic!("{shown}: {error}"));
        let evaluation = std::thread::Builder::new().stack_size(STACK);
        let evaluation = evaluation.spawn(move || expression.evaluate(&Bindings::new()));
        let outcome = evaluation.expect("a thread").join();
        assert!(
            matches!(outcome, Ok(Ok(CelValue::Bool(_)))),
            "{shown}: {outcome:?}"
        );
    }
}

#[test]
fn a_limit_names_itself() {
    let limits = Limits {
        source_bytes: 100,
        nodes: 10,
        depth: 5,
        steps: 50,
    };
    let cases = [
        (
            "'".to_owned() + &"a".repeat(100) + "' == 'a'",
            "109 bytes of source, 100 are allowed",
        ),
        (
            "[1,2,3,4,5,6,7,8,9] == []".to_owned(),
            "12 nodes of syntax, 10 are allowed",
        ),
        (
            "[[[[[1]]]]] == []".to_owned(),
            "7 levels of syntax, 5 are allowed",
        ),
    ];
    for (source, expected) in cases {
        let error =
            Expression::compile(&source, &ExpressionScope::FILTER, &limits).expect_err(&source);
        assert_eq!(
            error.to_string(),
            format!("the CEL expression is too large: {expected}")
        );
    }
    let expression = Expression::compile("[1, 2] == req.l", &ExpressionScope::FILTER, &limits);
    let list: Vec<i32> = (0..100).collect();
    let body = json!({ "l": list });
    let variables = Bindings::new().with("req", body.as_object().expect("an object"));
    assert_eq!(
        expression.expect("small").evaluate(&variables),
        Ok(CelValue::Bool(false))
    );
    let expression =
        Expression::compile("[1].all(x, x in req.l)", &ExpressionScope::FILTER, &limits);
    assert!(expression.is_err(), "twelve nodes");
}

#[test]
fn the_number_of_problems_is_bounded() {
    let unknown: Vec<String> = (0..500).map(|nth| format!("unknown{nth} == 1")).collect();
    let classes = vec![r"req.short.matches(r'\pL')"; 500];
    for (what, source, problems) in [
        ("names", unknown.join(" && "), 500),
        ("expressions", classes.join("||"), 500 - 16),
    ] {
        let error = compile(&source).expect_err(what);
        let told = (error.problems.len(), error.problems.len() + error.more);
        assert_eq!(told, (20, problems), "{what}");
        let shown = error.to_string();
        let last = format!("\nand {} more", error.more);
        assert!(shown.ends_with(&last) && shown.len() < 10_000, "{shown}");
    }
}
