//! A scheme of the sender's own, as `spec.config` describes it.

use bellpull_sdk::host::document::Value;
use bellpull_sdk::{Digest, Mac, Part, Problem, Refusal, Selection, headers, time};

use crate::template;

/// The Secret's key under which such a sender signs. It is another than `token`, and one that is
/// there asks for a config: so a Receiver that has lost its config accepts nothing, rather than the
/// scheme of those that have none.
pub(crate) const KEY: &str = "signingKey";

/// What a config may say. That it says enough is [`Scheme::read`]'s to find out.
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

/// Everything that a config may say.
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

/// Seconds that a signed time may lie in the past or the future, unless the config says otherwise.
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

/// The header of a time that is signed, in seconds since the epoch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SignedTime {
    pub(crate) header: String,
    /// Seconds.
    pub(crate) tolerance: u64,
}

impl Scheme {
    /// The scheme that a config describes; none for a config that says nothing.
    ///
    /// # Errors
    /// What is missing or contradicts itself.
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

    /// The MAC that these values of its header present.
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
    /// The time that these values of its header present, in seconds since the epoch.
    pub(crate) fn presented(&self, values: &[Vec<u8>]) -> Result<u64, Refusal> {
        let single = headers::single(&self.header, values).ok().flatten();
        let digits = single.filter(|text| !text.is_empty());
        digits.and_then(time::unix_seconds).ok_or_else(|| {
            let words = [
                "header ",
                &self.header,
                " is not, once, seconds since the epoch",
            ];
            Refusal::Unauthenticated(words.concat())
        })
    }
}

/// What a config says of a scheme, right or wrong.
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
                "is not in the message: a time that is not signed proves nothing, so write \
                 {timestamp} into it or leave it out",
            )),
            (self.tolerance.is_some() && timestamp.is_none())
                .then_some(("/tolerance", "means nothing without timestampHeader")),
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

/// The host never shows the values of some headers.
fn is_readable_header(name: &str) -> bool {
    headers::is_name(name) && !["authorization", "cookie", "proxy-authorization"].contains(&name)
}

#[cfg(test)]
mod tests;
