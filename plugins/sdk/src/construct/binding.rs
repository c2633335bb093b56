use crate::{Binding, Credential, Source, names};

/// How a binding proves who sent a delivery, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Authentication {
    /// A MAC or signature over the delivery.
    Signature,
    /// A token signed by an issuer (OIDC). The body is not covered.
    Token,
    /// A shared secret that the sender presents. The body is not covered.
    Secret,
    /// Nothing but the unguessable path.
    PathOnly,
}

impl Authentication {
    /// The contract's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Token => "token",
            Self::Secret => "secret",
            Self::PathOnly => "path-only",
        }
    }
}

impl PartialEq<Authentication> for String {
    fn eq(&self, other: &Authentication) -> bool {
        self == other.as_str()
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
            presented: Vec::new(),
            extensions: Vec::new(),
        }
    }

    /// A key whose text deliveries present at `place`, and that a check must have matched before one is
    /// accepted. More places, of which exactly one may hold it, are pushed.
    pub fn presented(key: &str, place: Source) -> Self {
        Self {
            presented: vec![place],
            ..Self::proving(key, "text")
        }
    }

    /// A key that must be there and proves nothing, such as one that only makes the path.
    pub fn needed(key: &str) -> Self {
        Self {
            key: key.into(),
            encoding: "text".into(),
            proves: false,
            presented: Vec::new(),
            extensions: Vec::new(),
        }
    }
}

impl Binding {
    /// Deliveries are proved in the way given by these credentials; POST alone is answered, and
    /// nothing of the body is read before the proof.
    pub fn new(authentication: Authentication, credentials: Vec<Credential>) -> Self {
        Self {
            authentication: authentication.as_str().into(),
            credentials,
            methods: names(&["POST"]),
            tokens: Vec::new(),
            issuers: Vec::new(),
            parses_before_verify: false,
            answers_handshakes: false,
            warnings: Vec::new(),
            extensions: Vec::new(),
        }
    }

    /// Deliveries carry a MAC under the text of `key`.
    pub fn signature(key: &str) -> Self {
        Self::new(
            Authentication::Signature,
            vec![Credential::proving(key, "text")],
        )
    }

    /// Deliveries present the text of `key` at `place`, which then reads as redacted.
    pub fn secret(key: &str, place: Source) -> Self {
        let credentials = vec![Credential::presented(key, place)];
        Self::new(Authentication::Secret, credentials)
    }

    /// Deliveries present a token of one of these issuers at `place`, which then reads as redacted.
    pub fn token(issuers: Vec<String>, place: Source) -> Self {
        Self {
            tokens: vec![place],
            issuers,
            ..Self::new(Authentication::Token, Vec::new())
        }
    }

    /// The same binding with these warnings after those that it has.
    #[must_use]
    pub fn with_warnings(mut self, warnings: Vec<String>) -> Self {
        self.warnings.extend(warnings);
        self
    }

    /// The same, where replies are given without a proof and have MACs that the host computes
    /// ([`ReplyPart::hex`](crate::ReplyPart::hex)). No message that could be a challenge matches then.
    #[must_use]
    pub fn with_reply_macs(mut self) -> Self {
        self.answers_handshakes = true;
        self.extensions.push(("reply-macs".into(), "true".into()));
        self
    }
}
