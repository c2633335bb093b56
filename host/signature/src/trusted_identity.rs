use regex::{Regex, RegexBuilder};

/// Most memory that a compiled expression may take, bytes.
const MAX_EXPRESSION: usize = 1 << 20;

/// Whoever an issuer of OpenID Connect tokens says it is: the identity in a certificate of Fulcio
/// (sigstore/fulcio, `docs/oid-info.md`).
#[derive(Clone, Debug)]
pub struct TrustedIdentity {
    issuer: String,
    subject: TrustedSubject,
}

#[derive(Clone, Debug)]
enum TrustedSubject {
    Exact(String),
    Matching(Regex),
}

/// Why an expression is not taken.
#[derive(Debug, thiserror::Error)]
#[error("it is no regular expression: {0}")]
pub struct ExpressionError(#[from] regex::Error);

impl TrustedIdentity {
    /// The one that has exactly this subject: an email address, or the URI of a workload.
    #[must_use]
    pub fn exact(issuer: &str, subject: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            subject: TrustedSubject::Exact(subject.to_owned()),
        }
    }

    /// Each one whose whole subject matches a regular expression, which is evaluated in time linear to the
    /// subject. A match of a part does not count, whether the expression has anchors or not.
    ///
    /// # Errors
    /// When it is no such expression, or one that takes more than 1 MiB.
    pub fn matching(issuer: &str, expression: &str) -> Result<Self, ExpressionError> {
        let compiled = |text: &str| RegexBuilder::new(text).size_limit(MAX_EXPRESSION).build();
        // By itself first: `a)|(?:b` would match parts, were it an expression.
        compiled(expression)?;
        Ok(Self {
            issuer: issuer.to_owned(),
            subject: TrustedSubject::Matching(compiled(&format!(r"\A(?:{expression})\z"))?),
        })
    }

    pub(crate) fn matches(&self, issuer: &str, subject: &str) -> bool {
        let same_subject = match &self.subject {
            TrustedSubject::Exact(exact) => exact == subject,
            TrustedSubject::Matching(expression) => expression.is_match(subject),
        };
        same_subject && self.issuer == issuer
    }
}
