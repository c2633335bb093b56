//! Marks in the source: what is unfinished, and what is excused without a reason.

use bellpull_house::tokens::{Token, lines_of, of_file};
use bellpull_house::{none, shown, written_sources};

const UNFINISHED: &[&str] = &["todo", "unimplemented", "dbg"];

#[test]
fn nothing_is_unfinished() {
    let mut found = Vec::new();
    for file in written_sources() {
        let tokens = of_file(&file);
        for name in UNFINISHED {
            let lines = lines_of(&tokens, &[name, "!"]);
            found.extend(
                lines
                    .iter()
                    .map(|line| format!("{}:{line}: {name}!", shown(&file))),
            );
        }
    }
    none(&found, "finish it, or leave it out");
}

#[test]
fn every_exception_has_a_reason() {
    let mut found = Vec::new();
    for file in written_sources() {
        let tokens = of_file(&file);
        for (line, what) in unreasoned(&tokens) {
            found.push(format!("{}:{line}: {what}", shown(&file)));
        }
    }
    none(
        &found,
        "write `#[expect(…, reason = \"…\")]` and `#[ignore = \"…\"]`",
    );
}

/// Excuses without a reason.
fn unreasoned(tokens: &[Token]) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        let [name, next] = pair else { continue };
        let in_attribute = attribute_starts_before(&tokens[..at]);
        let excused = match (name.text.as_str(), next.text.as_str()) {
            ("expect" | "allow", "(") if in_attribute => has_reason(&tokens[at + 1..]),
            ("ignore", end) if in_attribute => end == "=",
            _ => continue,
        };
        if !excused {
            found.push((name.line, name.text.as_str()));
        }
    }
    found
}

/// Whether these words end in `#[` or `#![`: what follows is an attribute's name.
fn attribute_starts_before(tokens: &[Token]) -> bool {
    let mut backwards = tokens.iter().rev().map(|token| token.text.as_str());
    backwards.next() == Some("[") && matches!(backwards.next(), Some("#" | "!"))
}

/// Whether there is a `reason =` before the parenthesis that opens these words is closed.
fn has_reason(tokens: &[Token]) -> bool {
    let end = tokens
        .iter()
        .position(|token| token.text == ")")
        .unwrap_or(tokens.len());
    !lines_of(tokens.get(..end).unwrap_or(tokens), &["reason", "="]).is_empty()
}
