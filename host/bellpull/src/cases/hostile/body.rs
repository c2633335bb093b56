use std::collections::VecDeque;

use bellpull_core::{Bytes, Delivery};
use serde_json::Value;

/// Most members of a body that are changed one by one.
pub(super) const MOST_MEMBERS: usize = 16;

/// The delivery with one more line end in its body.
pub(super) fn with_line_end(delivery: &Delivery) -> Delivery {
    let body = [&delivery.body, b"\n".as_slice()].concat();
    with_body(delivery, body)
}

/// The delivery with one letter or digit of its body exchanged, and the name of that change. For a body
/// that is JSON, there is a change for each of the first texts in it.
pub(super) fn with_other_facts(delivery: &Delivery, most: usize) -> Vec<(String, Delivery)> {
    let document = serde_json::from_slice::<Value>(&delivery.body).unwrap_or_default();
    let changes = texts(&document).into_iter().filter_map(|pointer| {
        let mut document = document.clone();
        let place = document.pointer_mut(&pointer)?;
        let text = with_other_end(place.as_str()?)?;
        *place = Value::from(text);
        Some((pointer, document.to_string().into_bytes()))
    });
    let mut changes: Vec<_> = changes.take(most).collect();
    if changes.is_empty() {
        changes
            .extend(with_other_middle(&delivery.body).map(|body| ("its middle".to_owned(), body)));
    }
    let deliveries = changes.into_iter();
    deliveries
        .map(|(name, body)| (name, with_body(delivery, body)))
        .collect()
}

fn with_body(delivery: &Delivery, body: Vec<u8>) -> Delivery {
    Delivery {
        body: Bytes::from(body),
        ..delivery.clone()
    }
}

/// The pointers to the texts of a document that are not empty, the outer ones first.
fn texts(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = VecDeque::from([(String::new(), document)]);
    while let Some((at, value)) = waiting.pop_front() {
        match value {
            Value::String(text) if !text.is_empty() => found.push(at),
            Value::Object(members) => {
                let members = members.iter();
                waiting.extend(members.map(|(name, one)| (format!("{at}{}", pointer(name)), one)));
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                waiting.extend(items.map(|(index, one)| (format!("{at}/{index}"), one)));
            }
            _ => {}
        }
    }
    found
}

/// The pointer to a member of the outermost object.
pub(super) fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// The text with its last letter or digit exchanged for another of its kind, so that a digest stays one.
fn with_other_end(text: &str) -> Option<String> {
    let index = text.rfind(|letter: char| letter.is_ascii_alphanumeric())?;
    let other = other_letter(*text.as_bytes().get(index)?);
    let (before, after) = (text.get(..index)?, text.get(index + 1..)?);
    Some(format!("{before}{}{after}", char::from(other)))
}

fn with_other_middle(body: &[u8]) -> Option<Vec<u8>> {
    let mut changed = body.to_vec();
    let (_, second) = changed.split_at_mut(body.len() / 2);
    let mut letters = second
        .iter_mut()
        .filter(|byte| byte.is_ascii_alphanumeric());
    let letter = letters.next()?;
    *letter = other_letter(*letter);
    Some(changed)
}

fn other_letter(letter: u8) -> u8 {
    match letter {
        b'0' => b'1',
        digit @ b'1'..=b'9' => digit - 1,
        b'a' => b'b',
        b'A' => b'B',
        other => other - 1,
    }
}
