//! Webhook paths.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use bellpull_core::{ReceiverId, SecretBytes, SecretData};
use bellpull_proof::credentials::{check_usable, previous_key};

/// The key of the Secret that the path is made of.
pub const TOKEN: &str = "token";

/// The path of each active token, the current token first. Empty when no token is usable.
#[must_use]
pub fn active_paths(id: &ReceiverId, secret: &SecretData) -> Vec<Arc<str>> {
    [TOKEN.to_owned(), previous_key(TOKEN)]
        .iter()
        .filter_map(|key| {
            secret
                .get(key)
                .filter(|token| check_usable(token.expose(), key).is_ok())
        })
        .map(|token| webhook_path(id, token).into())
        .collect()
}

/// The path of a Receiver that takes tokens instead of a Secret. This path is not a secret.
#[must_use]
pub fn tokenless_path(id: &ReceiverId) -> String {
    webhook_path(id, &SecretBytes::new(Vec::new()))
}

/// `/hook/` and the SHA-256 of token, name and namespace in hex, exactly as in Flux
/// (fluxcd/notification-controller v1.9.3, `api/v1/receiver_types.go`, `GetWebhookPath`).
#[must_use]
pub fn webhook_path(id: &ReceiverId, token: &SecretBytes) -> String {
    let mut digest = Sha256::new();
    digest.update(token.expose());
    digest.update(&id.name);
    digest.update(&id.namespace);
    format!("/hook/{}", hex::encode(digest.finalize()))
}
