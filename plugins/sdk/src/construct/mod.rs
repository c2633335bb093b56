//! Constructors for the contract's records, meant for struct update syntax:
//! `Binding { warnings, ..Binding::signature("token") }`.

mod acceptance;
mod binding;
mod event;
mod part;
mod public_key;
mod source;
mod verdict;

use crate::{Description, Problem, Receiver};

pub use binding::Authentication;

/// A list of texts, as the contract carries it.
pub fn names(names: &[&str]) -> Vec<String> {
    names.iter().copied().map(String::from).collect()
}

impl Description {
    /// A component for one `spec.type`. It has no events, checks no credentials, has no `spec.config` and
    /// fetches nothing. `version` is usually `env!("CARGO_PKG_VERSION")`.
    pub fn new(provider: &str, version: &str) -> Self {
        Self {
            providers: names(&[provider]),
            version: version.into(),
            documentation: String::new(),
            events: Vec::new(),
            credential_keys: Vec::new(),
            setting_keys: Vec::new(),
            config_schema: String::new(),
            fetch_hosts: Vec::new(),
            extensions: Vec::new(),
        }
    }
}

impl Problem {
    /// A problem at `at`, an RFC 6901 pointer into the Receiver's `spec`. The message says what is wrong
    /// and how to mend it.
    pub fn new(at: &str, message: &str) -> Self {
        Self {
            at: at.into(),
            message: message.into(),
        }
    }
}

impl Receiver {
    /// A Receiver of this `spec.type` whose Secret holds these keys. It lists no events and grants no
    /// settings. For the unit tests of a provider: in a component the host hands the Receiver over.
    pub fn new(provider: &str, keys: &[&str]) -> Self {
        Self {
            provider: provider.into(),
            events: Vec::new(),
            keys: names(keys),
            settings: Vec::new(),
            extensions: Vec::new(),
        }
    }
}
