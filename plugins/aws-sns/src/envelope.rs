use std::time::UNIX_EPOCH;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use bellpull_sdk::{Refusal, Selection};

const TYPE: &str = "/Type";
const ID: &str = "/MessageId";
const TOPIC_ARN: &str = "/TopicArn";
const MESSAGE: &str = "/Message";
const TIME: &str = "/Timestamp";
const SUBJECT: &str = "/Subject";
const SUBSCRIBE_URL: &str = "/SubscribeURL";
const TOKEN: &str = "/Token";
const VERSION: &str = "/SignatureVersion";
const SIGNATURE: &str = "/Signature";
const CERTIFICATE_URL: &str = "/SigningCertURL";

/// The values of `Type`.
const NOTIFICATION: &str = "Notification";
const SUBSCRIPTION: &str = "SubscriptionConfirmation";
const END: &str = "UnsubscribeConfirmation";

/// The pointers into the body.
pub(crate) const POINTERS: &[&str] = &[
    TYPE,
    ID,
    TOPIC_ARN,
    MESSAGE,
    TIME,
    SUBJECT,
    SUBSCRIBE_URL,
    TOKEN,
    VERSION,
    SIGNATURE,
    CERTIFICATE_URL,
];

/// The envelope of a message: well-formed, but not verified yet.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Envelope {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) topic: String,
    pub(crate) message: String,
    pub(crate) time: String,
    pub(crate) version: Version,
    pub(crate) signature: Vec<u8>,
    pub(crate) certificate_url: String,
}

/// The type of the message, with the members that only this type has.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Notification { subject: Option<String> },
    SubscriptionConfirmation(Subscription),
    UnsubscribeConfirmation(Subscription),
}

/// The request to begin a subscription, or to begin it again.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) url: String,
    token: String,
}

/// `SignatureVersion`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// By SHA-1.
    One,
    /// By SHA-256.
    Two,
}

impl Version {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::One => "1",
            Self::Two => "2",
        }
    }

    /// The name of the algorithm in the contract.
    pub(crate) const fn algorithm(self) -> &'static str {
        match self {
            Self::One => "rsa-pkcs1-sha1",
            Self::Two => "rsa-pkcs1-sha256",
        }
    }
}

/// Refuses messages without an envelope (`x-amz-sns-rawdelivery: true`).
pub(crate) fn check_form(raw: Option<&str>) -> Result<(), Refusal> {
    match raw {
        Some(raw) if raw.eq_ignore_ascii_case("true") => Err(Refusal::Unauthenticated(
            "raw message delivery carries no signature: turn it off at the subscription".into(),
        )),
        _ => Ok(()),
    }
}

impl Envelope {
    /// Reads the envelope. Only `Message` may contain line ends: the signed text separates its values
    /// by line ends, so another value with one could be read in two ways.
    ///
    /// # Errors
    /// `unauthenticated` when it has no signature that can be verified, `malformed` when another
    /// member is missing or wrong.
    pub(crate) fn of(body: &Selection) -> Result<Self, Refusal> {
        let version = match body.text(VERSION) {
            Some("1") => Version::One,
            Some("2") => Version::Two,
            _ => return Err(unsigned("SignatureVersion is neither 1 nor 2")),
        };
        let signature = body
            .text(SIGNATURE)
            .and_then(|encoded| STANDARD.decode(encoded).ok())
            .ok_or_else(|| unsigned("Signature is missing or not base64"))?;
        Ok(Self {
            kind: Kind::of(body)?,
            id: line(body, ID)?,
            topic: line(body, TOPIC_ARN)?,
            message: text(body, MESSAGE).ok_or_else(|| flaw(MESSAGE))?.into(),
            time: line(body, TIME)?,
            version,
            signature,
            certificate_url: line(body, CERTIFICATE_URL)?,
        })
    }

    /// The signed text: names and values in the order of the names, each with a line end.
    pub(crate) fn signed_text(&self) -> String {
        let (kind, others) = self.kind.signed();
        let mut members = vec![
            (MESSAGE, &*self.message),
            (ID, &*self.id),
            (TIME, &*self.time),
            (TOPIC_ARN, &*self.topic),
            (TYPE, kind),
        ];
        members.extend(others);
        members.sort_unstable();
        let lines = members.iter().map(|(pointer, value)| {
            let name = pointer.trim_start_matches('/');
            [name, "\n", value, "\n"].concat()
        });
        lines.collect()
    }

    /// The signed time, in seconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// `malformed` when it is not a time, or before that.
    pub(crate) fn seconds(&self) -> Result<u64, Refusal> {
        humantime::parse_rfc3339(&self.time)
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
            .map(|since| since.as_secs())
            .ok_or_else(|| flaw(TIME))
    }
}

impl Kind {
    fn of(body: &Selection) -> Result<Self, Refusal> {
        match body.text(TYPE) {
            Some(NOTIFICATION) => {
                let subject = text(body, SUBJECT).map(|_| line(body, SUBJECT));
                subject
                    .transpose()
                    .map(|subject| Self::Notification { subject })
            }
            Some(SUBSCRIPTION) => Subscription::of(body).map(Self::SubscriptionConfirmation),
            Some(END) => Subscription::of(body).map(Self::UnsubscribeConfirmation),
            _ => Err(flaw(TYPE)),
        }
    }

    /// The name of the type, and the signed members that only this type has.
    fn signed(&self) -> (&'static str, Vec<(&'static str, &str)>) {
        match self {
            Self::Notification { subject } => {
                let subject = subject.iter().map(|subject| (SUBJECT, subject.as_str()));
                (NOTIFICATION, subject.collect())
            }
            Self::SubscriptionConfirmation(subscription) => (SUBSCRIPTION, subscription.signed()),
            Self::UnsubscribeConfirmation(subscription) => (END, subscription.signed()),
        }
    }
}

impl Subscription {
    fn of(body: &Selection) -> Result<Self, Refusal> {
        Ok(Self {
            url: line(body, SUBSCRIBE_URL)?,
            token: line(body, TOKEN)?,
        })
    }

    fn signed(&self) -> Vec<(&'static str, &str)> {
        vec![(SUBSCRIBE_URL, &self.url), (TOKEN, &self.token)]
    }
}

/// A string. An empty one counts too: it is signed as it is.
fn text<'b>(body: &'b Selection, pointer: &str) -> Option<&'b str> {
    body.texts(pointer).next()
}

fn line(body: &Selection, pointer: &str) -> Result<String, Refusal> {
    text(body, pointer)
        .filter(|text| !text.contains(['\n', '\r']))
        .map(String::from)
        .ok_or_else(|| flaw(pointer))
}

fn flaw(pointer: &str) -> Refusal {
    Refusal::Malformed(["in the body ", pointer, " is not what SNS sends"].concat())
}

fn unsigned(why: &str) -> Refusal {
    Refusal::Unauthenticated(why.into())
}

#[cfg(test)]
pub(crate) mod tests;
