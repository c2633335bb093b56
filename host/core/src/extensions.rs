use bellpull_api::{Condition, ReceiverSpec, ReceiverStatus};

/// Fields of a spec that Flux's own CRD does not know. The API server drops them from what is
/// stored as soon as that CRD is applied, without a new generation; a Receiver that loses one must
/// not become more open by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    /// `spec.config`.
    pub config: bool,
    /// `matchEvent` of a resource.
    pub match_event: bool,
}

/// The condition by which a status remembers them.
const CONDITION: &str = "bellpull.dev/ExtendedFields";

impl Extensions {
    /// Those in use.
    #[must_use]
    pub fn of(spec: &ReceiverSpec) -> Self {
        Self {
            config: spec.config.is_some(),
            match_event: spec.resources.iter().any(|resource| resource.match_event),
        }
    }

    /// Those that a status remembers of this generation.
    #[must_use]
    pub fn remembered(status: &ReceiverStatus, generation: Option<i64>) -> Self {
        match status.condition(CONDITION) {
            Some(condition) if condition.observed_generation == generation => Self {
                config: condition.reason.contains("Config"),
                match_event: condition.reason.contains("MatchEvent"),
            },
            _ => Self::default(),
        }
    }

    /// Those of either.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            config: self.config || other.config,
            match_event: self.match_event || other.match_event,
        }
    }

    /// Those that are not among `other`, as fields.
    #[must_use]
    pub fn missing_from(self, other: Self) -> Vec<&'static str> {
        let config = (self.config && !other.config).then_some("spec.config");
        let match_event =
            (self.match_event && !other.match_event).then_some("spec.resources[].matchEvent");
        config.into_iter().chain(match_event).collect()
    }

    /// Whether a condition is the one that remembers.
    #[must_use]
    pub fn is_memory(condition: &Condition) -> bool {
        condition.kind == CONDITION
    }

    /// What remembers them: type, reason and message of a condition.
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
