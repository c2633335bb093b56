use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Event;

/// Why an authentic delivery is of no interest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disinterest {
    /// By a word.
    pub class: IgnoreClass,
    /// In a sentence, for the log.
    pub reason: String,
    /// What it is, as far as its component says.
    pub event: Option<Event>,
}

impl Disinterest {
    /// Whether `spec.events` lists what it is, in any case of letters. What is not known is listed by
    /// those that list nothing.
    #[must_use]
    pub fn is_listed(&self, events: &[String]) -> bool {
        let listed = |kind: &str| {
            let kind = kind.to_lowercase();
            events.iter().any(|listed| listed.to_lowercase() == kind)
        };
        let kind = self.event.as_ref().map(|event| event.kind.as_str());
        events.is_empty() || kind.is_some_and(listed)
    }
}

/// A word for why an authentic delivery is of no interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IgnoreClass {
    /// It only asks whether somebody answers.
    Ping,
    /// `spec.events` does not list its kind.
    NotListed,
    /// It tells of no change.
    NoChange,
    /// Another reason.
    Other,
}

impl IgnoreClass {
    /// Every class.
    pub const ALL: [Self; 4] = [Self::Ping, Self::NotListed, Self::NoChange, Self::Other];

    /// The class of that name in the contract; another name counts as [`IgnoreClass::Other`].
    #[must_use]
    pub fn parse(name: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|class| class.as_str() == name)
            .unwrap_or(Self::Other)
    }

    /// As logs, metrics and cases say it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ping => "ping",
            Self::NotListed => "not-listed",
            Self::NoChange => "no-change",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for IgnoreClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_not_known_is_another_reason() {
        for class in IgnoreClass::ALL {
            assert_eq!(IgnoreClass::parse(class.as_str()), class);
        }
        assert_eq!(IgnoreClass::parse("Ping"), IgnoreClass::Other);
    }

    #[test]
    fn what_is_listed_is_compared_without_case() {
        for (events, kind, expected) in [
            (&[] as &[&str], Some("ping"), true),
            (&[], None, true),
            (&["push", "Ping"], Some("ping"), true),
            (&["push"], Some("ping"), false),
            (&["push"], None, false),
            (&[""], None, false),
        ] {
            let events: Vec<String> = events.iter().copied().map(String::from).collect();
            let told = Disinterest {
                class: IgnoreClass::Ping,
                reason: String::new(),
                event: kind.map(|kind| Event {
                    kind: kind.to_owned(),
                    ..Event::default()
                }),
            };
            assert_eq!(told.is_listed(&events), expected, "{events:?} {kind:?}");
        }
    }
}
