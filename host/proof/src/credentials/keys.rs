//! What the keys of a Secret mean.

/// The keys of what is no secret, though a request must present it: a name that stands in repositories
/// and accounts, as in a Secret of type `kubernetes.io/basic-auth`, and that of a header.
const NAMES: [&str; 2] = ["username", "headerName"];

/// The key of the value that a rotation leaves behind: `token` → `previousToken`.
#[must_use]
pub fn previous_key(key: &str) -> String {
    let mut letters = key.chars();
    match letters.next() {
        Some(first) => format!("previous{}{}", first.to_ascii_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

/// Whether the value of a key is a name, and no secret, the one that a rotation leaves behind too.
#[must_use]
pub fn is_name(key: &str) -> bool {
    let mut names = NAMES.iter();
    names.any(|name| key == *name || key == previous_key(name))
}
