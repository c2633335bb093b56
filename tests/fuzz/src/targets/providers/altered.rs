//! The form of an input: the name of a case, then lines that alter members of its body, then perhaps
//! another body in its place.
//!
//! ```text
//! push-branch
//! /ref "refs/heads/other"
//! /repository/private
//! ```
//!
//! A line that begins with `/` is a JSON pointer and the member's new value, which is a text where it is
//! not JSON. Without a value the member goes. What follows the first other line is the body, byte for byte.

use bellpull_core::Bytes;
use serde_json::Value;

/// The parts of an input.
pub(super) struct Altered<'a> {
    /// The name of the case's folder.
    pub(super) case: &'a [u8],
    edits: Vec<&'a str>,
    body: &'a [u8],
}

impl<'a> Altered<'a> {
    pub(super) fn read(input: &'a [u8]) -> Self {
        let (case, mut body) = first_line(input);
        let mut edits = Vec::new();
        while body.first() == Some(&b'/') {
            let (line, rest) = first_line(body);
            let Ok(line) = std::str::from_utf8(line) else {
                break;
            };
            edits.push(line);
            body = rest;
        }
        Self { case, edits, body }
    }

    /// The body to send instead of that of the case, which is `document` if it is JSON. `None`: nothing is
    /// altered.
    pub(super) fn body(&self, document: Option<&Value>) -> Option<Bytes> {
        if !self.body.is_empty() {
            return Some(Bytes::copy_from_slice(self.body));
        }
        let document = document.filter(|_| !self.edits.is_empty())?;
        let mut edited = document.clone();
        for edit in &self.edits {
            alter(&mut edited, edit);
        }
        (edited != *document).then(|| edited.to_string().into())
    }
}

fn first_line(text: &[u8]) -> (&[u8], &[u8]) {
    let mut halves = text.splitn(2, |byte| *byte == b'\n');
    let line = halves.next().unwrap_or_default();
    (line, halves.next().unwrap_or_default())
}

fn alter(document: &mut Value, edit: &str) {
    let (pointer, value) = edit.split_once(' ').unwrap_or((edit, ""));
    let value = (!value.is_empty())
        .then(|| serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned())));
    if let (Some(member), Some(value)) = (document.pointer_mut(pointer), &value) {
        member.clone_from(value);
        return;
    }
    let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
    let name = name.replace("~1", "/").replace("~0", "~");
    match (document.pointer_mut(parent), value) {
        (Some(Value::Object(members)), Some(value)) => {
            members.insert(name, value);
        }
        (Some(Value::Object(members)), None) => {
            members.remove(&name);
        }
        (Some(Value::Array(elements)), Some(value)) => elements.push(value),
        (Some(Value::Array(elements)), None) => elements.clear(),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lines_alter_members_and_the_rest_is_a_body() {
        let document = json!({"ref": "a", "list": [1], "a/b": {"c": 1}});
        for (input, expected) in [
            ("push", None),
            ("push\n/ref \"a\"", None),
            (
                "push\n/ref b",
                Some(json!({"ref": "b", "list": [1], "a/b": {"c": 1}}).to_string()),
            ),
            (
                "push\n/ref\n/list/- {\"d\": null}\n/a~1b/c\n/new 2",
                Some(json!({"list": [1, {"d": null}], "a/b": {}, "new": 2}).to_string()),
            ),
            ("push\n/ref b\n{\n/ref c", Some("{\n/ref c".to_owned())),
        ] {
            let altered = Altered::read(input.as_bytes());
            assert_eq!(altered.case, b"push");
            let body = altered.body(Some(&document));
            assert_eq!(
                body.as_deref(),
                expected.as_deref().map(str::as_bytes),
                "{input}"
            );
        }
    }
}
