use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Event;

/// Why an authentic delivery is ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disinterest {
    pub class: IgnoreClass,
    /// A sentence for the log.
    pub reason: String,
    /// The event, if the component names it.
    pub event: Option<Event>,
}

impl Disinterest {
    /// Whether `spec.events` lists the event. Case does not matter. An empty list lists every
    /// event; an event without a name is in no other list.
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

/// The class of reason for which an authentic delivery is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IgnoreClass {
    /// The sender tests whether the receiver answers.
    Ping,
    /// `spec.events` does not list its kind.
    NotListed,
    /// The delivery reports no change.
    NoChange,
    /// Any other reason.
    Other,
}

impl IgnoreClass {
    pub const ALL: [Self; 4] = [Self::Ping, Self::NotListed, Self::NoChange, Self::Other];

    /// The class with that name in the contract. An unknown name is [`IgnoreClass::Other`].
    #[must_use]
    pub fn parse(name: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|class| class.as_str() == name)
            .unwrap_or(Self::Other)
    }

    /// The name in logs, metrics and test cases.
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
    fn an_unknown_class_is_other() {
        for class in IgnoreClass::ALL {
            assert_eq!(IgnoreClass::parse(class.as_str()), class);
        }
        assert_eq!(IgnoreClass::parse("Ping"), IgnoreClass::Other);
    }

    #[test]
    fn compares_listed_events_without_case() {
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
