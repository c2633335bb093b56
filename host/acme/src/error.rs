use std::fmt::Write as _;

use bellpull_core::text;
use bellpull_tls::TlsError;
use instant_acme::{Error, Problem};

/// Longest text of an authority that is told, bytes.
const TOLD: usize = 1024;

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OrderError {
    #[error("{}", told(.0))]
    Authority(#[from] Error),
    #[error("{}", text::printable(.0, TOLD))]
    NotValidated(String),
    #[error(
        "the authority does not validate {0} by tls-alpn-01: ask another one with --acme-directory"
    )]
    NoChallenge(String),
    #[error("the certificate that the authority has issued cannot be used: {0}")]
    Unusable(String),
    #[error(
        "{0}; nothing is ordered, since every start would order again: name a directory that can be written with \
         --cache-dir"
    )]
    NotKept(String),
    #[error("answering the challenge of the authority: {0}")]
    Challenge(String),
}

impl From<TlsError> for OrderError {
    fn from(error: TlsError) -> Self {
        Self::Challenge(error.to_string())
    }
}

impl From<rcgen::Error> for OrderError {
    fn from(error: rcgen::Error) -> Self {
        Self::Challenge(error.to_string())
    }
}

impl OrderError {
    /// The authority does not know the account (RFC 8555, section 6.7).
    pub(crate) fn is_unknown_account(&self) -> bool {
        const UNKNOWN: &str = "urn:ietf:params:acme:error:accountDoesNotExist";
        match self {
            Self::Authority(Error::Api(problem)) => problem.r#type.as_deref() == Some(UNKNOWN),
            _ => false,
        }
    }
}

fn told(error: &Error) -> String {
    let text = match error {
        Error::Api(problem) => problem_text(problem),
        other => other.to_string(),
    };
    text::printable(&text, TOLD)
}

/// The type and the detail of a problem, and those of its parts.
pub(crate) fn problem_text(problem: &Problem) -> String {
    let mut text = parts(problem.r#type.as_deref(), problem.detail.as_deref());
    for part in &problem.subproblems {
        let name = part.identifier.as_ref();
        let name = name.map_or_else(String::new, |name| format!("{}: ", name.authorized(false)));
        let part = parts(part.r#type.as_deref(), part.detail.as_deref());
        // Writing to a String does not fail.
        let _ = write!(text, "; {name}{part}");
    }
    text
}

fn parts(kind: Option<&str>, detail: Option<&str>) -> String {
    let kind = kind.unwrap_or("a problem without a type");
    match detail {
        Some(detail) => format!("{kind}: {detail}"),
        None => kind.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(problem: &str) -> OrderError {
        let problem: Problem = serde_json::from_str(problem).unwrap();
        OrderError::Authority(Error::Api(problem))
    }

    #[test]
    fn what_the_authority_says_is_told() {
        for (problem, expected) in [
            (
                r#"{"type": "urn:ietf:params:acme:error:rateLimited", "detail": "too many\ncertificates"}"#,
                r"urn:ietf:params:acme:error:rateLimited: too many\ncertificates",
            ),
            (r#"{"type": "about:blank"}"#, "about:blank"),
            (
                r#"{"type": "t", "detail": "d", "subproblems": [
                    {"type": "u", "detail": "e", "identifier": {"type": "dns", "value": "a.example"}}]}"#,
                "t: d; a.example: u: e",
            ),
        ] {
            assert_eq!(error(problem).to_string(), expected, "{problem}");
        }
    }

    #[test]
    fn an_account_that_is_unknown_is_told_apart() {
        let unknown = r#"{"type": "urn:ietf:params:acme:error:accountDoesNotExist"}"#;
        assert!(error(unknown).is_unknown_account());
        assert!(!error(r#"{"type": "about:blank"}"#).is_unknown_account());
    }
}
