//! Short names in the tables for what is different in each namespace.

use bellpull_core::{ReceiverId, SecretBytes};
use bellpull_plan::path::webhook_path;

/// The token that a Receiver has at first.
pub(super) const FIRST: &str = "first-token-of-the-row";
/// The token that it has after a change.
pub(super) const SECOND: &str = "second-token-of-the-row";
/// A token with a line end, as `echo` writes it into a file.
pub(super) const LINE_END: &str = "first-token-of-the-row\n";
/// A token that is short enough to be guessed.
pub(super) const SHORT: &str = "short";
/// A token that is still encrypted.
pub(super) const ENCRYPTED: &str = "ENC[AES256_GCM,data:Tr7o=,iv:1=,tag:2=,type:str]";

/// The names of the tables, and their meaning in a namespace.
fn meanings(namespace: &str) -> [(&'static str, String); 8] {
    let path = |token: &str| {
        let id = ReceiverId::new(namespace, "app");
        webhook_path(&id, &SecretBytes::new(token.as_bytes().to_vec()))
    };
    [
        ("/hook/$FIRST", path(FIRST)),
        ("/hook/$SECOND", path(SECOND)),
        ("/hook/$TOKENLESS", path("")),
        ("/hook/$BLANK", path("\n")),
        ("/hook/$LINE_END", path(LINE_END)),
        ("/hook/$SHORT", path(SHORT)),
        ("/hook/$ENCRYPTED", path(ENCRYPTED)),
        ("$NS", namespace.to_owned()),
    ]
}

/// A text of the tables, with the names of a namespace.
pub(super) fn written_out(text: &str, namespace: &str) -> String {
    let mut text = text.to_owned();
    for (name, meaning) in meanings(namespace) {
        text = text.replace(name, &meaning);
    }
    text
}

/// An observation in a namespace, with the names of the tables.
pub(super) fn shortened(text: &str, namespace: &str) -> String {
    let mut text = text.to_owned();
    for (name, meaning) in meanings(namespace) {
        text = text.replace(&meaning, name);
    }
    text
}
