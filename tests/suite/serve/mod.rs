//! The real binary over real sockets.

mod commands;
mod credentials;
mod deploy;
mod drain;
mod git_hook;
mod leaks;
mod manifests;
mod on_notify;
mod outcomes;
mod pipes;
mod process;
mod send;
mod tokens;

pub(super) use bellpull_tests::serve::put as write;

use bellpull_core::{Encoding, ReceiverId, SecretBytes};
use bellpull_plan::path::webhook_path;
use bellpull_proof::{HmacAlgorithm, sign};

/// The token of every Receiver here.
pub(super) const TOKEN: &str = "a-token-of-the-tests";

/// A Receiver of `spec` (JSON's flow form) and, once a file, the Secret `token`.
pub(super) fn receiver(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: notification.toolkit.fluxcd.io/v1\nkind: Receiver\n\
         metadata: {{name: {name}}}\nspec: {spec}\n---\n"
    )
}

fn secret(name: &str, data: &str) -> String {
    format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}}}\nstringData: {data}\n---\n")
}

pub(super) fn token() -> String {
    secret("token", &format!("{{token: {TOKEN}}}"))
}

pub(super) fn path(receiver: &str, token: &str) -> String {
    let id = ReceiverId::new("default", receiver);
    webhook_path(&id, &SecretBytes::new(token.as_bytes().to_vec()))
}

/// A GitHub push as its sender would sign it.
pub(super) fn push(token: &str) -> (Vec<(String, String)>, Vec<u8>) {
    large_push(token, 0)
}

/// A push of so many bytes and a few.
pub(super) fn large_push(token: &str, bytes: usize) -> (Vec<(String, String)>, Vec<u8>) {
    let file = r#""a/file/of/the/push","#;
    let files = file.repeat(bytes / file.len());
    let body = format!(
        r#"{{"ref":"refs/heads/main","before":"1111111111111111111111111111111111111111",
        "after":"2222222222222222222222222222222222222222","deleted":false,
        "repository":{{"clone_url":"https://github.com/o/r.git"}},
        "commits":[{{"added":[{files}"last"],"modified":[],"removed":[]}}]}}"#
    )
    .into_bytes();
    let key = SecretBytes::new(token.as_bytes().to_vec());
    let mac = sign(
        &key,
        "token",
        Encoding::Text,
        HmacAlgorithm::Sha256,
        &[&body],
    )
    .expect("a key");
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("x-github-event", "push".to_owned()),
        (
            "x-hub-signature-256",
            format!("sha256={}", hex::encode(mac)),
        ),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value));
    (headers.to_vec(), body)
}
