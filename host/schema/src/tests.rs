use super::*;

fn object(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn checks_config_against_its_schema() {
    let pattern = r#"{"type":"object","properties":{"header":{"type":"string","pattern":"^X-"}},"additionalProperties":false}"#;
    let cases = [
        (pattern, r#"{"header":"X-A"}"#, Ok(())),
        (
            pattern,
            r#"{"header":"A"}"#,
            Err(r#"spec.config.header: "A" does not match "^X-""#),
        ),
        (
            pattern,
            r#"{"header":1}"#,
            Err("spec.config.header: 1 is not of type string"),
        ),
        (
            pattern,
            r#"{"heder":"X-A"}"#,
            Err(r#"spec.config: there is no "heder" (did you mean "header"?)"#),
        ),
        ("", "{}", Ok(())),
        (
            "",
            r#"{"a":1}"#,
            Err("spec.config: this provider takes no config"),
        ),
        (
            r#"{"type":"array"}"#,
            "{}",
            Err("spec.config: {} is not of type array"),
        ),
        ("true", r#"{"a":1}"#, Ok(())),
        ("false", "{}", Err("spec.config: no value is allowed here")),
    ];
    for (schema, config, expected) in cases {
        let got = Schema::parse(schema).unwrap().config(Some(&object(config)));
        match expected {
            Ok(()) => assert_eq!(got.as_deref(), Ok(config), "{schema}"),
            Err(expected) => assert_eq!(got, Err(expected.to_owned()), "{schema} {config}"),
        }
    }
}

#[test]
fn a_problem_is_short_however_long_names_are() {
    let name = "x".repeat(10_000);
    for schema in [
        format!(r#"{{"required":["{name}"]}}"#),
        format!(r#"{{"properties":{{"{name}":false}}}}"#),
    ] {
        let schema = Schema::parse(&schema).unwrap();
        for config in ["{}".to_owned(), format!(r#"{{"{name}":1}}"#)] {
            let told = schema.config(Some(&object(&config))).err();
            assert!(told.is_none_or(|told| told.len() < 1_000), "{config:.20}");
        }
    }
}

#[test]
fn checks_each_keyword() {
    let cases = [
        (r#"{"type":["string","null"]}"#, "null", "1"),
        (r#"{"type":"integer"}"#, "1.0", "1.5"),
        (r#"{"type":"integer"}"#, "1e300", "1e-3"),
        (r#"{"type":"boolean"}"#, "true", "0"),
        (r#"{"enum":[1,"a"]}"#, "1.0", "\"b\""),
        (
            r#"{"const":{"a":1,"b":[2]}}"#,
            r#"{"b":[2.0],"a":1}"#,
            r#"{"a":1}"#,
        ),
        (r#"{"required":["a"]}"#, r#"{"a":null}"#, "{}"),
        (
            r#"{"additionalProperties":{"type":"string"}}"#,
            r#"{"a":"b"}"#,
            r#"{"a":1}"#,
        ),
        (r#"{"items":{"type":"string"}}"#, r#"["a"]"#, r#"["a",1]"#),
        (r#"{"uniqueItems":true}"#, "[1,2]", "[1,1.0]"),
        (r#"{"uniqueItems":false}"#, "[1,1]", ""),
        (r#"{"minItems":1}"#, "[1]", "[]"),
        (r#"{"maxItems":1}"#, "[1]", "[1,2]"),
        (r#"{"minProperties":1}"#, r#"{"a":1}"#, "{}"),
        (r#"{"maxProperties":0}"#, "{}", r#"{"a":1}"#),
        (r#"{"minLength":2}"#, "\"\u{e4}\u{e4}\"", "\"\u{e4}\""),
        (r#"{"maxLength":1}"#, "\"\u{e4}\"", "\"ab\""),
        (r#"{"minimum":1}"#, "1", "0.5"),
        (
            r#"{"maximum":9007199254740992}"#,
            "9007199254740992",
            "9007199254740993",
        ),
        (r#"{"exclusiveMinimum":1}"#, "1.5", "1"),
        (r#"{"exclusiveMaximum":1}"#, "0", "1.0"),
        (r#"{"pattern":"^\\d+$"}"#, "\"12\"", "\"1a\""),
        (
            r#"{"$schema":"x","title":"t","description":"d","default":1,"deprecated":true}"#,
            "1",
            "",
        ),
    ];
    for (schema, good, bad) in cases {
        let whole = format!(r#"{{"properties":{{"x":{schema}}}}}"#);
        let parsed = Schema::parse(&whole).unwrap_or_else(|error| panic!("{schema}: {error}"));
        let got = |value: &str| parsed.config(Some(&object(&format!(r#"{{"x":{value}}}"#))));
        assert!(got(good).is_ok(), "{schema} of {good}: {:?}", got(good));
        if !bad.is_empty() {
            assert!(got(bad).is_err(), "{schema} took {bad}");
        }
    }
}

#[test]
fn refuses_unsupported_keywords_and_says_where_they_are() {
    let nested = r#"{"if":{"if":true,"then":{"unevaluatedProperties":false}}}"#;
    let cases = [
        (
            r#"{"$ref":"https://example.com/schema.json"}"#,
            "at /$ref: this keyword is not supported",
        ),
        (
            r##"{"properties":{"a":{"$dynamicRef":"#a"}}}"##,
            "at /properties/a/$dynamicRef:",
        ),
        (r#"{"items":{"allOf":[]}}"#, "at /items/allOf:"),
        (
            r#"{"patternProperties":{"(a+)+":{}}}"#,
            "at /patternProperties:",
        ),
        (nested, "at /if:"),
        (r#"{"pattern":"(a)\\1"}"#, "at /pattern:"),
        (r#"{"pattern":"(?=a)"}"#, "at /pattern:"),
        (r#"{"pattern":1}"#, "at /pattern: 1 is not a string"),
        (r#"{"type":"text"}"#, "at /type: \"text\" is not a type"),
        (r#"{"type":[]}"#, "at /type: [] is not a type"),
        (r#"{"minItems":-1}"#, "at /minItems: -1 is not a count"),
        (r#"{"items":[{}]}"#, "at /items: [{}] is not a schema"),
        ("{", "EOF"),
        ("1", "at its top: 1 is not a schema"),
    ];
    for (schema, named) in cases {
        let error = Schema::parse(schema).expect_err(schema);
        assert!(error.contains(named), "{schema}: {error}");
    }
    let error = Schema::parse(nested).unwrap_err();
    for keyword in KEYWORDS {
        assert!(error.contains(keyword), "{keyword}: {error}");
    }
}

#[test]
fn refuses_schemas_that_cost_too_much() {
    let nested =
        |times: usize| format!("{}{{}}{}", r#"{"items":"#.repeat(times), "}".repeat(times));
    assert!(Schema::parse(&nested(15)).is_ok());
    let many: Vec<String> = (0..2_000).map(|n| format!(r#""p{n}":{{}}"#)).collect();
    let patterns: Vec<String> = (0..40)
        .map(|n| format!(r#""p{n}":{{"pattern":"{n}"}}"#))
        .collect();
    let required: Vec<String> = (0..300).map(|n| format!("\"{n}\"")).collect();
    let cases = [
        (nested(16), "deeper than 16"),
        (
            format!(r#"{{"properties":{{{}}}}}"#, many.join(",")),
            "more than 1000 schemas",
        ),
        (
            format!(r#"{{"properties":{{{}}}}}"#, patterns.join(",")),
            "more than 32 patterns",
        ),
        (
            format!(r#"{{"required":[{}]}}"#, required.join(",")),
            "300 names, the maximum is 256",
        ),
        (
            r#"{"pattern":"\\p{L}{20}"}"#.to_owned(),
            "more than 32768 bytes",
        ),
        (
            r#"{"pattern":"((a{99}){99}){99}"}"#.to_owned(),
            "more than 32768 bytes",
        ),
        (
            format!(r#"{{"pattern":"{}"}}"#, "a".repeat(1_025)),
            "1025 bytes",
        ),
        (
            format!(r#"{{"title":"{}"}}"#, "a".repeat(70_000)),
            "the maximum is 65536",
        ),
    ];
    for (schema, named) in cases {
        let start: String = schema.chars().take(80).collect();
        let error = Schema::parse(&schema).expect_err(&start);
        assert!(error.contains(named), "{start}: {error}");
    }
}

#[test]
fn bounds_the_size_and_the_work_of_a_config() {
    let schema = Schema::parse(
        r#"{"properties":{"long":{"pattern":"(x[xy]{200}[^xy]|[xy]{200}z)$"}},"additionalProperties":{"type":"string"}}"#,
    )
    .unwrap();
    let many: Vec<String> = (0..100).map(|n| format!("\"p{n}\":{n}")).collect();
    let cases = [
        (
            format!(r#"{{"a":"{}"}}"#, "a".repeat(200_000)),
            "the maximum is 131072",
        ),
        (
            format!(r#"{{"long":"{}"}}"#, "xy".repeat(60_000)),
            "too long for their patterns",
        ),
        (format!("{{{}}}", many.join(",")), "and 84 more"),
    ];
    for (config, named) in cases {
        let error = schema.config(Some(&object(&config))).expect_err(named);
        assert!(error.contains(named), "{named}: {error}");
        assert!(error.len() < 16 << 10, "{named}: {} bytes", error.len());
    }
}
