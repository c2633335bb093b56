//! The meaning of the keys of a Secret.

/// Keys whose values a request must present although they are not secret: the user name, as in a
/// Secret of type `kubernetes.io/basic-auth`, and the name of a header.
const NAMES: [&str; 2] = ["username", "headerName"];

/// The key whose value is a list of names of client certificates, one a line.
pub const CLIENT_NAMES: &str = "clientNames";

/// The key of the previous value during a rotation: `token` → `previousToken`.
#[must_use]
pub fn previous_key(key: &str) -> String {
    let mut letters = key.chars();
    match letters.next() {
        Some(first) => format!("previous{}{}", first.to_ascii_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

/// Whether the value of a key, or the previous value of one, is a name and not a secret.
#[must_use]
pub fn is_name(key: &str) -> bool {
    let mut names = NAMES.iter();
    names.any(|name| key == *name || key == previous_key(name))
}
