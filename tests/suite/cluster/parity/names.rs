//! Short names in the tables for what is different in each namespace.

use bellpull_core::plan::path::webhook_path;
use bellpull_core::{ReceiverId, SecretBytes};

/// The token that a Receiver has at first.
pub(super) const FIRST: &str = "first-token";
/// The token that it has after a change.
pub(super) const SECOND: &str = "second-token";

/// What stands in the tables, and what it means in a namespace.
fn meanings(namespace: &str) -> [(&'static str, String); 4] {
    let path = |token: &str| {
        let id = ReceiverId::new(namespace, "app");
        webhook_path(&id, &SecretBytes::new(token.as_bytes().to_vec()))
    };
    [
        ("/hook/$FIRST", path(FIRST)),
        ("/hook/$SECOND", path(SECOND)),
        ("/hook/$TOKENLESS", path("")),
        ("$NS", namespace.to_owned()),
    ]
}

/// A text of the tables as it is in a namespace.
pub(super) fn written_out(text: &str, namespace: &str) -> String {
    let mut text = text.to_owned();
    for (name, meaning) in meanings(namespace) {
        text = text.replace(name, &meaning);
    }
    text
}

/// What was seen in a namespace as the tables write it.
pub(super) fn shortened(text: &str, namespace: &str) -> String {
    let mut text = text.to_owned();
    for (name, meaning) in meanings(namespace) {
        text = text.replace(&meaning, name);
    }
    text
}
