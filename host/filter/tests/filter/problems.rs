//! How the problems of an expression are shown.

use super::support::compile;

/// Expressions, each followed by its error and an empty line.
const SHOWN: &str = include_str!("problems/shown.txt");

#[test]
fn problems_are_shown_with_their_place() {
    let mut cases = 0;
    for case in SHOWN.split("\n\n") {
        let (source, expected) = case.trim_end().split_once('\n').expect("a source");
        let source = source.replace("\\n", "\n");
        let error = compile(&source).expect_err(&source).to_string();
        assert_eq!(
            error, expected,
            "\n{source}\nfound\n{error}\nexpected\n{expected}"
        );
        cases += 1;
    }
    assert!(cases > 10, "only {cases} cases");
}
