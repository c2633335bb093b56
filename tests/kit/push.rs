//! A push to a repository on GitHub.

use bellpull_core::{Encoding, SecretBytes};
use bellpull_proof::{HmacAlgorithm, sign};

/// A GitHub push as its sender would sign it.
#[must_use]
pub fn push(token: &str) -> (Vec<(String, String)>, Vec<u8>) {
    large_push(token, 0)
}

/// A push of at least this many bytes.
///
/// # Panics
/// When the token is no key.
#[must_use]
pub fn large_push(token: &str, bytes: usize) -> (Vec<(String, String)>, Vec<u8>) {
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
