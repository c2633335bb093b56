//! Deliveries as their senders make them.

use bellpull_core::{Encoding, SecretBytes};
use bellpull_proof::{HmacAlgorithm, sign};

use super::names::FIRST;

const PUSH: &str = r#"{"ref":"refs/heads/main","repository":{"clone_url":"https://github.com/o/r.git","git_http_url":"https://gitlab.com/o/r.git"},"flag":true}"#;

/// One delivery to the Receiver of a row.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// Its name among the requests of its row.
    pub(super) label: &'static str,
    pub(super) method: &'static str,
    /// The target, with names of the tables.
    pub(super) target: &'static str,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Request {
    pub(super) fn post(body: impl Into<Vec<u8>>) -> Self {
        Self {
            label: "",
            method: "POST",
            target: "/hook/$FIRST",
            headers: Vec::new(),
            body: body.into(),
        }
    }

    pub(super) fn label(self, label: &'static str) -> Self {
        Self { label, ..self }
    }

    pub(super) fn method(self, method: &'static str) -> Self {
        Self { method, ..self }
    }

    pub(super) fn to(self, target: &'static str) -> Self {
        Self { target, ..self }
    }

    /// With one more header.
    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without a header.
    pub(super) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    pub(super) fn json(self) -> Self {
        self.header("content-type", "application/json")
    }

    /// Signed in `header` as `<algorithm>=<hex>` over the body.
    pub(super) fn signed(self, header: &str, algorithm: &str, token: &str) -> Self {
        let mac = mac(algorithm, token, &self.body);
        self.header(header, &format!("{algorithm}={mac}"))
    }

    /// The observation of an answer to it.
    pub(super) fn answered(&self, answer: &str) -> String {
        match self.label {
            "" => format!("answered: {answer}"),
            label => format!("answered ({label}): {answer}"),
        }
    }

    /// Whether this is an observation of an answer to it.
    pub(super) fn is_answer(&self, line: &str) -> bool {
        line.starts_with(&self.answered(""))
    }
}

/// A MAC in hexadecimal.
pub(super) fn mac(algorithm: &str, token: &str, body: &[u8]) -> String {
    let key = SecretBytes::new(token.as_bytes().to_vec());
    let algorithm = HmacAlgorithm::parse(algorithm).expect("an algorithm");
    let mac = sign(&key, "token", Encoding::Text, algorithm, &[body]).expect("a key");
    hex::encode(mac)
}

/// A right request to `generic`.
pub(super) fn plain() -> Request {
    Request::post(PUSH).json()
}

/// A right request to `generic-hmac`.
pub(super) fn hmac() -> Request {
    hmac_with("sha256", FIRST)
}

pub(super) fn hmac_with(algorithm: &str, token: &str) -> Request {
    plain().signed("x-signature", algorithm, token)
}

/// What `github` takes: a push.
pub(super) fn github() -> Request {
    github_of(PUSH)
}

/// A right request to `github`, with another body.
pub(super) fn github_of(body: &str) -> Request {
    Request::post(body)
        .json()
        .header("x-github-event", "push")
        .signed("x-hub-signature-256", "sha256", FIRST)
}

/// A right request to `github` from a hook whose content type is a form's.
pub(super) fn github_form(body: &str) -> Request {
    github_of(body)
        .without("content-type")
        .header("content-type", "application/x-www-form-urlencoded")
}

/// What `gitlab` takes: a push.
pub(super) fn gitlab() -> Request {
    plain()
        .header("x-gitlab-event", "Push Hook")
        .header("x-gitlab-token", FIRST)
}
