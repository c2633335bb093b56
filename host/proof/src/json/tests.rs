use super::{Pointers, SelectError, Value};
use bellpull_core::limits;

fn text(value: &str) -> Value {
    Value::Text(value.into())
}

#[test]
fn answers_each_pointer() {
    let document = r#"{"ref":"refs/heads/main","deleted":false,"n":1.50,"z":null,
        "repository":{"full_name":"a/b","urls":["x","y"],"a/b":{"~":"t"}},
        "commits":[{"added":["p","q"],"id":"1"},{"id":"2"},{"added":[],"id":"3"}],
        "dup":"first","dup":"last","twice":{"a":"1","b":"2"},"twice":{"a":"3"},
        "each":[{"id":"1","id":"2"},{"id":"3"}]}"#;
    let cases: &[(&str, Vec<Value>)] = &[
        ("/ref", vec![text("refs/heads/main")]),
        ("/deleted", vec![Value::Boolean(false)]),
        ("/n", vec![Value::Number("1.50".into())]),
        ("/z", vec![Value::Null]),
        ("/absent", vec![Value::Missing]),
        ("/ref/below", vec![Value::Missing]),
        ("/repository/full_name", vec![text("a/b")]),
        ("/repository/urls", vec![Value::Json(r#"["x","y"]"#.into())]),
        ("/repository/urls/1", vec![text("y")]),
        ("/repository/urls/2", vec![Value::Missing]),
        ("/repository/urls/*", vec![text("x"), text("y")]),
        ("/repository/a~1b/~0", vec![text("t")]),
        ("/commits/*/id", vec![text("1"), text("2"), text("3")]),
        ("/commits/*/added/*", vec![text("p"), text("q")]),
        ("/repository/*", vec![]),
        ("/dup", vec![text("last")]),
        ("/twice/a", vec![text("3")]),
        ("/twice/b", vec![Value::Missing]),
        ("/each/*/id", vec![text("2"), text("3")]),
        ("/each/01/id", vec![Value::Missing]),
        ("/each/+1/id", vec![Value::Missing]),
    ];
    let pointers: Vec<&str> = cases.iter().map(|(pointer, _)| *pointer).collect();
    for (pointer, expected) in cases {
        let got = Pointers::parse(&[pointer], &[])
            .unwrap()
            .select(document.as_bytes())
            .unwrap();
        assert_eq!(got, vec![expected.clone()], "{pointer} alone");
    }
    // Together, but for the pairs of `*` and an index at one place.
    let is_index = |pointer: &str| pointer.contains(['0', '1', '2']);
    let together: Vec<&str> = pointers
        .iter()
        .copied()
        .filter(|pointer| !is_index(pointer) || pointer.contains("~1"))
        .collect();
    let got = Pointers::parse(&together, &[])
        .unwrap()
        .select(document.as_bytes())
        .unwrap();
    for (pointer, got) in together.iter().zip(got) {
        let expected = &cases.iter().find(|(case, _)| case == pointer).unwrap().1;
        assert_eq!(&got, expected, "{pointer} among others");
    }
}

#[test]
fn redacts_credentials_and_the_values_around_them() {
    let document = br#"{"a":{"secret":"s","open":"o"}}"#;
    let selector = Pointers::parse(&["/a/secret", "/a/open", "/a", ""], &["/a/secret"]).unwrap();
    let hidden = vec![text("[redacted]")];
    let expected = vec![hidden.clone(), vec![text("o")], hidden.clone(), hidden];
    assert_eq!(selector.select(document).unwrap(), expected);
}

#[test]
fn redacts_a_credential_at_an_index_for_every_element() {
    let document = br#"{"a":["s",{"b":"t","c":"o"}]}"#;
    for (pointer, redacted, expected) in [
        ("/a/*", "/a/0", vec![text("[redacted]"), text("[redacted]")]),
        ("/a/*/b", "/a/1/b", vec![Value::Missing, text("[redacted]")]),
        ("/a/*/c", "/a/1/b", vec![Value::Missing, text("o")]),
        ("/a/*/b", "/a/1", vec![Value::Missing, Value::Missing]),
        ("/a/*", "/a/1/b", vec![text("s"), text("[redacted]")]),
        ("/*/*", "/0", vec![]),
    ] {
        let selector = Pointers::parse(&[pointer], &[redacted]).unwrap();
        let got = selector.select(document).unwrap();
        assert_eq!(got, vec![expected], "{pointer} around {redacted}");
    }
}

#[test]
fn refuses_documents_that_are_not_json() {
    let selector = Pointers::parse(&["/a"], &[]).unwrap();
    let deep = format!("{{\"b\":{}}}", "[".repeat(100_000));
    for document in ["", "{", "{\"a\":1}x", "{\"a\":1,}", "nul", &deep] {
        let got = selector.select(document.as_bytes());
        assert!(
            matches!(got, Err(SelectError::NotJson { .. })),
            "{document:.20}: {got:?}"
        );
    }
    assert_eq!(selector.select(b"[]").unwrap(), vec![vec![Value::Missing]]);
    assert_eq!(selector.select(b"1").unwrap(), vec![vec![Value::Missing]]);
}

#[test]
fn reads_invalid_unicode_as_go_does() {
    let selector = Pointers::parse(&["/b"], &[]).unwrap();
    for document in [b"{\"b\":\"J\xff\"}".as_slice(), br#"{"a":1,"b":"J\ud83d"}"#] {
        let got = selector.select(document);
        assert_eq!(got, Ok(vec![vec![text("J\u{fffd}")]]));
    }
}

#[test]
fn limits_the_selected_values() {
    let selector = Pointers::parse(&["/a/*"], &[]).unwrap();
    let many = format!("{{\"a\":[{}1]}}", "1,".repeat(limits::JSON_ANSWERS));
    assert_eq!(selector.select(many.as_bytes()), Err(SelectError::TooMuch));
    let long = format!(
        "{{\"a\":[\"{}\"]}}",
        "x".repeat(limits::JSON_ANSWER_BYTES + 1)
    );
    assert_eq!(selector.select(long.as_bytes()), Err(SelectError::TooMuch));
}

#[test]
fn selects_array_indices_in_any_order() {
    let pointers: Vec<String> = (0..64).rev().map(|index| format!("/{index}")).collect();
    let pointers: Vec<&str> = pointers.iter().map(String::as_str).collect();
    let got = Pointers::parse(&pointers, &[]).unwrap().select(b"[0,1,2]");
    let there = |index: usize| match index {
        0..3 => Value::Number(index.to_string()),
        _ => Value::Missing,
    };
    let expected: Vec<Vec<Value>> = (0..64).rev().map(|index| vec![there(index)]).collect();
    assert_eq!(got, Ok(expected));
}

#[test]
fn counts_reads_of_nested_pointers() {
    let cases: [(&[&str], usize); 6] = [
        (&[], 1),
        (&["/a", "/b", "/c/d"], 1),
        (&["", "/a"], 2),
        (&["/a", "/a/b/c", "/a/b/c/d", "/x/*/y"], 3),
        (&["/a/*", "/a/*/b"], 2),
        (&["/a/b/c/d"], 1),
    ];
    for (pointers, expected) in cases {
        let reads = Pointers::parse(pointers, &[]).unwrap().max_reads();
        assert_eq!(reads, expected, "{pointers:?}");
    }
}
