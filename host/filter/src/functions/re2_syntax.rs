//! RE2's syntax, where the regex crates differ from it.

/// The first repeat count above a thousand, which RE2 refuses.
pub(super) fn excessive_repeat(expression: &str) -> Option<String> {
    expression.split('{').skip(1).find_map(|text| {
        let (count, _) = text.split_once('}')?;
        let excessive = |number: &str| number.parse::<u32>().is_ok_and(|number| number > 1000);
        let counts = count
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b',');
        (counts && count.split(',').any(excessive)).then(|| format!("{{{count}}}"))
    })
}

/// Translates an expression of RE2 into the syntax of the regex crates. In RE2 the classes `\d`,
/// `\s`, `\w` and the boundaries `\b`, `\B` are ASCII, a bracket within a class is a plain letter,
/// and `\Q…\E` quotes.
pub(super) fn translated(expression: &str) -> String {
    let mut translated = String::with_capacity(expression.len() + 16);
    let mut letters = expression.chars();
    let mut in_class = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.as_str().starts_with('Q') => {
                let rest = letters.as_str().strip_prefix('Q').unwrap_or_default();
                let (quoted, rest) = rest.split_once(r"\E").unwrap_or((rest, ""));
                translated.push_str(&regex_syntax::escape(quoted));
                letters = rest.chars();
            }
            '\\' => escape(letters.next(), in_class, &mut translated),
            '[' if !in_class => {
                in_class = true;
                translated.push('[');
                // A closing bracket in first place is a plain letter.
                for first in ["^", "]"] {
                    if let Some(rest) = letters.as_str().strip_prefix(first) {
                        translated.push_str(if first == "]" { r"\]" } else { first });
                        letters = rest.chars();
                    }
                }
            }
            '[' if letters.as_str().starts_with(':') => {
                let named = letters.as_str();
                let end = named.find(":]").map_or(named.len(), |at| at + 2);
                let (named, rest) = named.split_at(end);
                translated.push('[');
                translated.push_str(named);
                letters = rest.chars();
            }
            // Within a class these are operators in the regex crates, and plain letters in RE2.
            '[' | '&' | '~' if in_class => translated.extend(['\\', letter]),
            ']' => {
                in_class = false;
                translated.push(']');
            }
            _ => translated.push(letter),
        }
    }
    translated
}

fn escape(letter: Option<char>, in_class: bool, translated: &mut String) {
    match letter {
        Some('d') => translated.push_str("[0-9]"),
        Some('D') => translated.push_str("[^0-9]"),
        Some('w') => translated.push_str("[0-9A-Za-z_]"),
        Some('W') => translated.push_str("[^0-9A-Za-z_]"),
        Some('s') => translated.push_str(r"[\t\n\x0C\r ]"),
        Some('S') => translated.push_str(r"[^\t\n\x0C\r ]"),
        Some(boundary @ ('b' | 'B')) if !in_class => {
            translated.extend(["(?-u:\\", if boundary == 'b' { "b)" } else { "B)" }]);
        }
        Some(other) => translated.extend(['\\', other]),
        None => translated.push('\\'),
    }
}
