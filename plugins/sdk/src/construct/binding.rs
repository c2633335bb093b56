use crate::{Binding, Credential, Source, names};

/// The ways to authenticate a delivery, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Authentication {
    /// A MAC or signature over the delivery.
    Signature,
    /// A client certificate that the listener has verified. It covers the connection, and so the body.
    Certificate,
    /// A token signed by an issuer (OIDC). The body is not covered.
    Token,
    /// A shared secret that the sender presents. The body is not covered.
    Secret,
    /// Only the path, which cannot be guessed.
    PathOnly,
}

impl Authentication {
    /// The contract's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Certificate => "certificate",
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
    /// A required key. A check of this key must succeed before a delivery is accepted. `encoding` is
    /// `text`, `base64`, `hex` or `whsec`.
    pub fn proving(key: &str, encoding: &str) -> Self {
        Self {
            key: key.into(),
            encoding: encoding.into(),
            proves: true,
            presented: Vec::new(),
            extensions: Vec::new(),
        }
    }

    /// A required key whose text a delivery presents at `place`. A check of this key must succeed before
    /// a delivery is accepted. Further places can be pushed to `presented`; a delivery must use exactly
    /// one of them.
    pub fn presented(key: &str, place: Source) -> Self {
        Self {
            presented: vec![place],
            ..Self::proving(key, "text")
        }
    }

    /// A required key that authenticates nothing, such as the key of the path.
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
    /// Deliveries authenticate in this way, with these credentials. Only POST is answered, and the body is
    /// not read before the checks.
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

    /// Deliveries come over a connection whose client certificate has one of these names, one a line. See
    /// [`with_client_names`](Self::with_client_names).
    pub fn certificate(names: &str) -> Self {
        Self::new(Authentication::Certificate, Vec::new()).with_client_names(names)
    }

    /// Deliveries carry a MAC whose key is the text of `key`.
    pub fn signature(key: &str) -> Self {
        Self::new(
            Authentication::Signature,
            vec![Credential::proving(key, "text")],
        )
    }

    /// Deliveries present the text of `key` at `place`. That place reads as redacted.
    pub fn secret(key: &str, place: Source) -> Self {
        let credentials = vec![Credential::presented(key, place)];
        Self::new(Authentication::Secret, credentials)
    }

    /// Deliveries present a token of one of these issuers at `place`. That place reads as redacted.
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

    /// The same binding, but handshakes are answered before the checks, with MACs that the host computes
    /// ([`ReplyPart::hex`](crate::ReplyPart::hex)). A message that could be a challenge never matches as a
    /// signature then.
    #[must_use]
    pub fn with_reply_macs(mut self) -> Self {
        self.answers_handshakes = true;
        self.extensions.push(("reply-macs".into(), "true".into()));
        self
    }

    /// The same binding, and deliveries must also come over a connection whose client certificate has one of
    /// these names, one a line: a subject alternative name, or the whole subject as in RFC 4514, such as
    /// `CN=sender,O=Acme`. The host refuses every other delivery and does not call the component. Under
    /// [`Authentication::PathOnly`] the host refuses such a binding: bind [`Authentication::Certificate`].
    #[must_use]
    pub fn with_client_names(mut self, names: &str) -> Self {
        self.extensions.push(("client-names".into(), names.into()));
        self
    }
}
