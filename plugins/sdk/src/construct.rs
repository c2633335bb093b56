//! Constructors for the contract's records, meant for struct update syntax:
//! `Binding { warnings, ..Binding::signature("token") }`.

use crate::{
    ArtifactChange, Authentication, Binding, Credential, Description, Event, GitChange, Paths,
    Problem, Source,
};

/// The names as the contract carries them.
pub fn names(names: &[&str]) -> Vec<String> {
    names.iter().copied().map(String::from).collect()
}

impl Description {
    /// A component for one `spec.type`, that knows no events, checks no credentials, takes no
    /// `spec.config` and fetches nothing. `version` is usually `env!("CARGO_PKG_VERSION")`.
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
        }
    }
}

impl Credential {
    /// A key that must be there, and that a check must have matched before a delivery is accepted.
    /// `encoding` is `text`, `base64`, `hex` or `whsec`.
    pub fn proving(key: &str, encoding: &str) -> Self {
        Self {
            key: key.into(),
            encoding: encoding.into(),
            proves: true,
        }
    }

    /// A key that must be there and proves nothing, such as one that only makes the path.
    pub fn needed(key: &str) -> Self {
        Self {
            key: key.into(),
            encoding: "text".into(),
            proves: false,
        }
    }
}

impl Binding {
    /// Deliveries are proved in the way given by these credentials; POST alone is answered, and
    /// nothing of the body is read before the proof.
    pub fn new(authentication: Authentication, credentials: Vec<Credential>) -> Self {
        Self {
            authentication,
            credentials,
            methods: names(&["POST"]),
            carriers: Vec::new(),
            parses_before_verify: false,
            answers_handshakes: false,
            warnings: Vec::new(),
        }
    }

    /// Deliveries carry a MAC under the text of `key`.
    pub fn signature(key: &str) -> Self {
        Self::new(
            Authentication::Signature,
            vec![Credential::proving(key, "text")],
        )
    }

    /// Deliveries present the text of `key` at `carrier`, which then reads as redacted.
    pub fn secret(key: &str, carrier: Source) -> Self {
        Self {
            carriers: vec![carrier],
            ..Self::new(
                Authentication::Secret,
                vec![Credential::proving(key, "text")],
            )
        }
    }
}

impl Problem {
    /// `at` is an RFC 6901 pointer into the Receiver's `spec`; the message says what is wrong and
    /// what to do.
    pub fn new(at: &str, message: &str) -> Self {
        Self {
            at: at.into(),
            message: message.into(),
        }
    }
}

impl Event {
    /// An event of which nothing but the sender's name for it is known.
    pub fn new(kind: &str) -> Self {
        Self {
            kind: kind.into(),
            action: None,
            delivery_id: None,
            signed_at: None,
            changes: Vec::new(),
            payload: None,
        }
    }
}

impl GitChange {
    /// Something happened in a repository; which ref and which files is not known. Filters treat
    /// what is not known as "any".
    pub fn in_repository(repositories: Vec<String>) -> Self {
        Self {
            repositories,
            ref_: None,
            before: None,
            after: None,
            deleted: false,
            paths: Paths::Unknown,
        }
    }
}

impl ArtifactChange {
    /// Something happened in a repository of a registry; which tag and which manifest is not known.
    pub fn in_repository(repositories: Vec<String>) -> Self {
        Self {
            repositories,
            tag: None,
            digest: None,
            deleted: false,
        }
    }
}
