use bellpull_sdk::{Refusal, Selection};

use crate::envelope::{Envelope, Version};

/// `topicArn` is required: the signature only proves that a message is of some topic, of any AWS
/// account.
pub(crate) const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "required": ["topicArn"],
  "properties": {
    "topicArn": {
      "type": ["string", "array"],
      "pattern": "^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]+:[A-Za-z0-9_.-]+$",
      "minItems": 1,
      "items": {
        "type": "string",
        "pattern": "^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]+:[A-Za-z0-9_.-]+$"
      }
    },
    "signatureVersions": {
      "type": "array",
      "minItems": 1,
      "uniqueItems": true,
      "items": {"enum": ["1", "2"]}
    },
    "tolerance": {"type": "integer", "minimum": 1, "maximum": 86400}
  }
}"#;

const TOPIC: &str = "/topicArn";
const TOPICS: &str = "/topicArn/*";
const VERSIONS: &str = "/signatureVersions/*";
const TOLERANCE: &str = "/tolerance";
pub(crate) const POINTERS: &[&str] = &[TOPIC, TOPICS, VERSIONS, TOLERANCE];

/// The longest time in seconds for which SNS repeats a message, whatever the delivery policy is
/// (<https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html>).
const REPEATED_FOR: u64 = 3600;

/// The config of the Receiver.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Config {
    topics: Vec<String>,
    versions: Vec<String>,
    /// Seconds by which the signed time may differ.
    pub(crate) tolerance: u64,
}

impl Config {
    pub(crate) fn of(config: &Selection) -> Self {
        let topics = config.texts(TOPIC).chain(config.texts(TOPICS));
        Self {
            topics: topics.map(String::from).collect(),
            versions: config.texts(VERSIONS).map(String::from).collect(),
            tolerance: config.number(TOLERANCE).unwrap_or(REPEATED_FOR),
        }
    }

    /// Checks that the topic and the version of the signature are accepted. Without topics none is.
    ///
    /// # Errors
    /// `unauthenticated` when they are not.
    pub(crate) fn check(&self, envelope: &Envelope) -> Result<(), Refusal> {
        let unauthenticated = |why: &str| Err(Refusal::Unauthenticated(why.into()));
        if !self.topics.contains(&envelope.topic) {
            return unauthenticated("the topic is not topicArn of the Receiver's config");
        }
        if !self.takes(envelope.version) {
            return unauthenticated(
                "SignatureVersion is not in signatureVersions of the Receiver's config",
            );
        }
        Ok(())
    }

    fn takes(&self, version: Version) -> bool {
        self.versions.is_empty() || self.versions.iter().any(|name| name == version.name())
    }
}

#[cfg(test)]
mod tests {
    use bellpull_sdk::host::document::Value;

    use super::*;
    use crate::envelope::tests::{TOPIC as OURS, notification};

    fn texts(texts: &[&str]) -> Vec<Value> {
        texts
            .iter()
            .map(|text| Value::Text((*text).into()))
            .collect()
    }

    fn checked(config: Selection, envelope: &Selection) -> Result<(), Refusal> {
        Config::of(&config).check(&Envelope::of(envelope).unwrap())
    }

    #[test]
    fn one_topic_or_several_are_taken_and_no_other() {
        let other = "arn:aws:sns:eu-west-1:123456789012:images-test";
        for (pointer, topics, taken) in [
            (TOPIC, &[OURS][..], true),
            (TOPICS, &[other, OURS], true),
            (TOPIC, &[other], false),
            (TOPICS, &[], false),
        ] {
            let config = Selection::from_iter([(pointer, texts(topics))]);
            let found = checked(config, &notification());
            assert_eq!(found.is_ok(), taken, "{topics:?}: {found:?}");
        }
    }

    #[test]
    fn versions_are_taken_as_listed_and_both_without_a_list() {
        for (listed, taken) in [
            (&[][..], true),
            (&["1", "2"], true),
            (&["1"], true),
            (&["2"], false),
        ] {
            let config = Selection::from_iter([(TOPIC, texts(&[OURS])), (VERSIONS, texts(listed))]);
            let found = checked(config, &notification());
            assert_eq!(found.is_ok(), taken, "{listed:?}: {found:?}");
        }
    }

    #[test]
    fn an_hour_is_tolerated_unless_told_otherwise() {
        let of = |value| Config::of(&Selection::from_iter([(TOLERANCE, vec![value])])).tolerance;
        assert_eq!(of(Value::Missing), 3600);
        assert_eq!(of(Value::Number("300".into())), 300);
    }
}
