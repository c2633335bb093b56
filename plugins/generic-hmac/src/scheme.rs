//! The sender's own scheme of signatures, as `spec.config` describes it.

use bellpull_sdk::host::document::Value;
use bellpull_sdk::{Digest, Mac, Part, Problem, Refusal, Selection, headers, time};

use crate::template;

/// The key of the Secret with which the sender signs. It is not `token`, and its presence requires
/// a config: a Receiver that loses its config accepts nothing, instead of deliveries in the default
/// scheme.
pub(crate) const KEY: &str = "signingKey";

/// The schema of `spec.config`. [`Scheme::read`] checks that a config is complete.
pub(crate) const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "header": {"type": "string", "minLength": 1},
    "algorithm": {"enum": ["sha1", "sha256", "sha384", "sha512"]},
    "encoding": {"enum": ["hex", "base64"]},
    "prefix": {"type": "string", "maxLength": 64},
    "message": {"type": "string"},
    "timestampHeader": {"type": "string", "minLength": 1},
    "tolerance": {"type": "integer", "minimum": 1, "maximum": 86400},
    "keyEncoding": {"enum": ["text", "base64", "hex", "whsec"]}
  }
}"#;

/// The pointers to every member of a config.
pub(crate) const POINTERS: &[&str] = &[
    "/header",
    "/algorithm",
    "/encoding",
    "/prefix",
    "/message",
    "/timestampHeader",
    "/tolerance",
    "/keyEncoding",
];

/// The default for `tolerance`, in seconds.
const TOLERANCE: u64 = 300;

const DIGESTS: [Digest; 4] = [Digest::Sha1, Digest::Sha256, Digest::Sha384, Digest::Sha512];

/// How a sender signs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Scheme {
    pub(crate) header: String,
    digest: Digest,
    is_base64: bool,
    prefix: String,
    pub(crate) message: Vec<Part>,
    pub(crate) time: Option<SignedTime>,
    pub(crate) key_encoding: String,
}

/// The header of a signed time, in seconds since the epoch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SignedTime {
    pub(crate) header: String,
    /// Seconds by which the time may differ.
    pub(crate) tolerance: u64,
}

impl Scheme {
    /// The scheme that a config describes. `None` for an empty config.
    ///
    /// # Errors
    /// One problem for each member that is missing, wrong or contradicts another.
    pub(crate) fn read(config: &Selection) -> Result<Option<Self>, Vec<Problem>> {
        let said = |pointer: &&str| !matches!(config.all(pointer), [] | [Value::Missing]);
        if !POINTERS.iter().any(said) {
            return Ok(None);
        }
        let described = Described::of(config);
        let problems = described.problems();
        let Described {
            header: Some(header),
            digest: Some(digest),
            message: Ok(message),
            timestamp,
            tolerance,
        } = described
        else {
            return Err(problems);
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Some(Self {
            header,
            digest,
            is_base64: config.text("/encoding") == Some("base64"),
            prefix: config.text("/prefix").unwrap_or_default().into(),
            message,
            time: timestamp.map(|header| SignedTime {
                header,
                tolerance: tolerance.unwrap_or(TOLERANCE),
            }),
            key_encoding: config.text("/keyEncoding").unwrap_or("text").into(),
        }))
    }

    /// The MAC in these values of its header.
    pub(crate) fn presented(&self, values: &[Vec<u8>]) -> Result<Mac, Refusal> {
        let decode = if self.is_base64 {
            Mac::base64
        } else {
            Mac::hex
        };
        decode(&self.header, &self.prefix, self.digest, values)
    }
}

impl SignedTime {
    /// The time in these values of its header, in seconds since the epoch.
    pub(crate) fn presented(&self, values: &[Vec<u8>]) -> Result<u64, Refusal> {
        let single = headers::single(&self.header, values).ok().flatten();
        let digits = single.filter(|text| !text.is_empty());
        digits.and_then(time::unix_seconds).ok_or_else(|| {
            let words = [
                "header ",
                &self.header,
                " must be present once, with seconds since the epoch",
            ];
            Refusal::Unauthenticated(words.concat())
        })
    }
}

/// The members of a config, which may be wrong.
struct Described {
    header: Option<String>,
    digest: Option<Digest>,
    timestamp: Option<String>,
    message: Result<Vec<Part>, &'static str>,
    tolerance: Option<u64>,
}

impl Described {
    fn of(config: &Selection) -> Self {
        let lower = |pointer| config.text(pointer).map(str::to_ascii_lowercase);
        let digest = |name| DIGESTS.into_iter().find(|digest| digest.name() == name);
        let timestamp = lower("/timestampHeader");
        let template = config.text("/message").unwrap_or_default();
        Self {
            header: lower("/header"),
            digest: config.text("/algorithm").and_then(digest),
            message: template::parts(template, timestamp.as_deref()),
            timestamp,
            tolerance: config.number("/tolerance"),
        }
    }

    fn problems(&self) -> Vec<Problem> {
        let is_unreadable = |name: &str| !is_readable_header(name);
        let timestamp = self.timestamp.as_deref();
        let flaws = [
            self.header.as_deref().is_none_or(is_unreadable).then_some((
                "/header",
                "must name the header of the signature, which cannot be Authorization, Cookie or \
                 Proxy-Authorization",
            )),
            self.digest.is_none().then_some((
                "/algorithm",
                "must be one of sha1, sha256, sha384 and sha512",
            )),
            timestamp.is_some_and(is_unreadable).then_some((
                "/timestampHeader",
                "is not the name of a header that can be read",
            )),
            self.message.as_ref().err().map(|flaw| ("/message", *flaw)),
            self.leaves_time_unsigned().then_some((
                "/timestampHeader",
                "is not in the message, and a time that is not signed proves nothing: write \
                 {timestamp} into the message, or leave timestampHeader out",
            )),
            (self.tolerance.is_some() && timestamp.is_none())
                .then_some(("/tolerance", "has no effect without timestampHeader")),
        ];
        let problem = |(pointer, flaw)| Problem::new(&["/config", pointer].concat(), flaw);
        flaws.into_iter().flatten().map(problem).collect()
    }

    fn leaves_time_unsigned(&self) -> bool {
        let (Some(header), Ok(message)) = (&self.timestamp, &self.message) else {
            return false;
        };
        !message.contains(&Part::header(header))
    }
}

/// Whether the host shows the values of this header.
fn is_readable_header(name: &str) -> bool {
    headers::is_name(name) && !["authorization", "cookie", "proxy-authorization"].contains(&name)
}

#[cfg(test)]
mod tests;
