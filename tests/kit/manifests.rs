//! The Receivers and Secrets that tests write, and the folder that they put them into.

use std::path::Path;

use bellpull_core::{ReceiverId, SecretBytes};
use bellpull_plan::path::webhook_path;

/// The token in the Secret `token`.
pub const TOKEN: &str = "a-token-of-the-tests";

/// A Receiver of `spec` (JSON's flow form).
#[must_use]
pub fn receiver(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: notification.toolkit.fluxcd.io/v1\nkind: Receiver\n\
         metadata: {{name: {name}}}\nspec: {spec}\n---\n"
    )
}

/// A Secret of `data` (JSON's flow form).
#[must_use]
pub fn secret(name: &str, data: &str) -> String {
    format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}}}\nstringData: {data}\n---\n")
}

/// The Secret `token`.
#[must_use]
pub fn token() -> String {
    secret("token", &format!("{{token: {TOKEN}}}"))
}

/// The webhook path of a Receiver in the namespace `default`.
#[must_use]
pub fn path(receiver: &str, token: &str) -> String {
    let id = ReceiverId::new("default", receiver);
    webhook_path(&id, &SecretBytes::new(token.as_bytes().to_vec()))
}

/// Puts a file into a served directory.
///
/// # Panics
/// When it cannot.
pub fn put(folder: &Path, file: &str, text: &str) {
    // Renamed into place, as kubelet and most editors do: no reader sees half a file.
    let temporary = folder.join(format!(".{file}.tmp"));
    std::fs::write(&temporary, text).expect("written");
    std::fs::rename(&temporary, folder.join(file)).expect("renamed");
}
