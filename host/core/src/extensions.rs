use bellpull_api::{Condition, ReceiverSpec, ReceiverStatus};

/// Fields of a spec that Flux's own CRD does not know. When that CRD is applied, the API server
/// drops them from stored objects without a new generation. A Receiver that loses one must not
/// accept more because of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    /// `spec.config`.
    pub config: bool,
    /// `matchEvent` of a resource.
    pub match_event: bool,
    /// Fields that a newer version of Bellpull has recorded, and this one does not know.
    pub others: bool,
}

/// Type of the condition that records the fields in use.
const CONDITION: &str = "bellpull.dev/ExtendedFields";

impl Extensions {
    /// The fields that `spec` uses.
    #[must_use]
    pub fn of(spec: &ReceiverSpec) -> Self {
        Self {
            config: spec.config.is_some(),
            match_event: spec.resources.iter().any(|resource| resource.match_event),
            others: false,
        }
    }

    /// The fields that the status records for this generation.
    #[must_use]
    pub fn remembered(status: &ReceiverStatus, generation: Option<i64>) -> Self {
        match status.condition(CONDITION) {
            Some(condition) if condition.observed_generation == generation => {
                let words = condition.reason.split("And");
                let extensions = words.map(|word| match word {
                    "Config" => Self {
                        config: true,
                        ..Self::default()
                    },
                    "MatchEvent" => Self {
                        match_event: true,
                        ..Self::default()
                    },
                    _ => Self {
                        others: true,
                        ..Self::default()
                    },
                });
                extensions.fold(Self::default(), Self::union)
            }
            _ => Self::default(),
        }
    }

    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            config: self.config || other.config,
            match_event: self.match_event || other.match_event,
            others: self.others || other.others,
        }
    }

    /// The names of the fields that `other` lacks.
    #[must_use]
    pub fn missing_from(self, other: Self) -> Vec<&'static str> {
        let config = (self.config && !other.config).then_some("spec.config");
        let match_event =
            (self.match_event && !other.match_event).then_some("spec.resources[].matchEvent");
        let others = (self.others && !other.others).then_some("a field of another version");
        config
            .into_iter()
            .chain(match_event)
            .chain(others)
            .collect()
    }

    /// Whether this condition is the record of fields in use.
    #[must_use]
    pub fn is_memory(condition: &Condition) -> bool {
        condition.kind == CONDITION
    }

    /// The condition that records the fields that this version knows: type, reason and message.
    #[must_use]
    pub fn memory(self) -> Option<(&'static str, &'static str, &'static str)> {
        let (reason, message) = match (self.config, self.match_event) {
            (false, false) => return None,
            (true, false) => ("Config", "uses spec.config"),
            (false, true) => ("MatchEvent", "uses spec.resources[].matchEvent"),
            (true, true) => (
                "ConfigAndMatchEvent",
                "uses spec.config and spec.resources[].matchEvent",
            ),
        };
        Some((CONDITION, reason, message))
    }
}
