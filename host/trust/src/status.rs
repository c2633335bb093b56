//! The status of a ReceiverPlugin, made of what this replica knows and of the last status.

use std::collections::BTreeMap;

use bellpull_api::{
    Condition, PluginCapabilities, PluginUse, ReceiverPluginStatus, ServedArtefact,
};
use jiff::Timestamp;

use crate::declared::PluginObject;
use crate::reason::{PluginProblem, PluginReason, PluginReasonKind};

const READY: &str = "Ready";
const RECONCILING: &str = "Reconciling";
const STALLED: &str = "Stalled";
/// The longest message of a condition (`metav1.Condition`), bytes.
const MESSAGE: usize = 32 << 10;
/// How many artefacts that have served are named.
pub const HISTORY: usize = 3;
/// How many lagging replicas are named.
const LAGGING_NAMED: usize = 8;

/// What one process knows of a ReceiverPlugin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeclaredState {
    /// The generation and the request that have been handled.
    pub generation: Option<i64>,
    pub requested_at: Option<String>,
    /// Why the wanted version does not serve; `None` when it does.
    pub problem: Option<PluginProblem>,
    /// Whether the object is suspended.
    pub suspended: bool,
    pub serving: Option<ServingArtefact>,
    /// The newest first.
    pub history: Vec<ServedArtefact>,
}

/// What one process knows of each ReceiverPlugin, by name.
pub type DeclaredStates = BTreeMap<String, DeclaredState>;

/// The artefact that serves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServingArtefact {
    pub artefact: ServedArtefact,
    pub verified_by: Vec<String>,
    pub contract: String,
    /// The names that it serves.
    pub providers: Vec<String>,
    pub capabilities: PluginCapabilities,
    pub in_use_by: PluginUse,
}

/// The replicas that serve another artefact than this one, by what they have reported. `own` is this one.
#[must_use]
pub fn lagging(
    object: &PluginObject,
    state: &DeclaredState,
    own: &str,
    now: Timestamp,
) -> Vec<String> {
    let serving = state.serving.as_ref().map(|one| &one.artefact.digest);
    let reports = object.status.replicas.iter();
    let lagging = reports.filter(|(replica, report)| {
        let until: Option<Timestamp> = report.until.parse().ok();
        let lives = until.is_some_and(|until| now < until);
        lives && replica.as_str() != own && report.digest.as_ref() != serving
    });
    lagging.map(|(replica, _)| replica.clone()).collect()
}

/// The status to be written; `None` when the last one says so already, or says more, or when the state is of
/// another generation. `lagging` names the replicas that serve another artefact.
#[must_use]
pub fn report(
    object: &PluginObject,
    state: &DeclaredState,
    lagging: &[String],
    now: Timestamp,
) -> Option<ReceiverPluginStatus> {
    if state.generation != object.generation {
        return None;
    }
    let before = &object.status;
    // A process that has just begun takes nothing back.
    let is_told = before.observed_generation == object.generation;
    if is_told && state.reason() == PluginReason::Progressing {
        return None;
    }
    let mut status = ReceiverPluginStatus {
        conditions: before.conditions.clone(),
        observed_generation: object.generation,
        last_handled_reconcile_at: state
            .requested_at
            .clone()
            .or_else(|| before.last_handled_reconcile_at.clone()),
        history: history(&state.history, &before.history),
        // Each replica writes its own.
        replicas: before.replicas.clone(),
        ..ReceiverPluginStatus::default()
    };
    if let Some(serving) = &state.serving {
        status.artifact = Some(serving.artefact.clone());
        status.verified_by.clone_from(&serving.verified_by);
        status.contract = Some(serving.contract.clone());
        status.providers.clone_from(&serving.providers);
        status.capabilities = Some(serving.capabilities.clone());
        status.in_use_by = Some(serving.in_use_by.clone());
    }
    let reason = state.reason();
    let message = state.message(lagging);
    let mut conditions = ConditionList {
        conditions: &mut status.conditions,
        generation: object.generation,
        now,
    };
    conditions.set_all(reason, &message, !lagging.is_empty());
    (*before != status).then_some(status)
}

/// What has served, as far as this process and the last status know: a new process knows less.
fn history(known: &[ServedArtefact], told: &[ServedArtefact]) -> Vec<ServedArtefact> {
    let is_new = |one: &&ServedArtefact| known.iter().all(|known| known.digest != one.digest);
    let others = told.iter().filter(is_new);
    known.iter().chain(others).take(HISTORY).cloned().collect()
}

impl DeclaredState {
    /// Why it is as it is.
    #[must_use]
    pub fn reason(&self) -> PluginReason {
        match &self.problem {
            Some(problem) => problem.reason,
            None if self.suspended => PluginReason::Suspended,
            None if self.serving.is_some() => PluginReason::Succeeded,
            None => PluginReason::Progressing,
        }
    }

    fn message(&self, lagging: &[String]) -> String {
        let serving = self.serving.as_ref().map(|one| &one.artefact.revision);
        let mut message = match (&self.problem, serving) {
            (Some(problem), Some(revision)) => format!("{problem}; {revision} serves on"),
            (Some(problem), None) => problem.message.clone(),
            (None, Some(revision)) => format!("{revision} serves"),
            (None, None) => "the artefact is being fetched".to_owned(),
        };
        if !lagging.is_empty() {
            let named: Vec<&str> = lagging
                .iter()
                .take(LAGGING_NAMED)
                .map(String::as_str)
                .collect();
            let more = lagging.len() - named.len();
            message.push_str(&format!("; not yet on {}", named.join(", ")));
            if more > 0 {
                message.push_str(&format!(" and {more} more"));
            }
        }
        message.truncate(message.floor_char_boundary(MESSAGE));
        message
    }
}

struct ConditionList<'a> {
    conditions: &'a mut Vec<Condition>,
    generation: Option<i64>,
    now: Timestamp,
}

impl ConditionList<'_> {
    fn set_all(&mut self, reason: PluginReason, message: &str, lags: bool) {
        let word = reason.as_str();
        match reason.kind() {
            PluginReasonKind::Ready => {
                self.remove(STALLED);
                match lags {
                    true => self.set(RECONCILING, "True", "Progressing", message),
                    false => self.remove(RECONCILING),
                }
                self.set(READY, "True", word, message);
            }
            PluginReasonKind::Resting => {
                self.remove(RECONCILING);
                self.remove(STALLED);
            }
            PluginReasonKind::Retried => {
                let status = match reason {
                    PluginReason::Progressing => "Unknown",
                    _ => "False",
                };
                self.remove(STALLED);
                self.set(RECONCILING, "True", "ProgressingWithRetry", message);
                self.set(READY, status, word, message);
            }
            PluginReasonKind::Terminal => {
                self.remove(RECONCILING);
                self.set(STALLED, "True", word, message);
                self.set(READY, "False", word, message);
            }
        }
    }

    fn remove(&mut self, kind: &str) {
        self.conditions.retain(|condition| condition.kind != kind);
    }

    fn set(&mut self, kind: &str, status: &str, reason: &str, message: &str) {
        let known = self.conditions.iter_mut().find(|known| known.kind == kind);
        let since = known
            .as_ref()
            .filter(|known| known.status == status)
            .map(|known| known.last_transition_time.clone());
        let condition = Condition {
            kind: kind.to_owned(),
            status: status.to_owned(),
            observed_generation: self.generation,
            last_transition_time: since.unwrap_or_else(|| format!("{:.0}", self.now)),
            reason: reason.to_owned(),
            message: message.to_owned(),
        };
        match known {
            Some(known) => *known = condition,
            None => self.conditions.push(condition),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serving(revision: &str) -> ServingArtefact {
        ServingArtefact {
            artefact: ServedArtefact {
                revision: revision.to_owned(),
                ..ServedArtefact::default()
            },
            ..ServingArtefact::default()
        }
    }

    /// The conditions as `TYPE=STATUS REASON`, sorted, and the message of Ready.
    fn told(state: &DeclaredState, lagging: &[String]) -> (Vec<String>, String) {
        let object = PluginObject {
            generation: Some(1),
            ..PluginObject::default()
        };
        let state = &DeclaredState {
            generation: Some(1),
            ..state.clone()
        };
        let status = report(&object, state, lagging, Timestamp::UNIX_EPOCH).unwrap();
        let mut conditions: Vec<String> = status
            .conditions
            .iter()
            .map(|one| format!("{}={} {}", one.kind, one.status, one.reason))
            .collect();
        conditions.sort();
        let ready = status.condition(READY);
        (
            conditions,
            ready.map_or_else(String::new, |one| one.message.clone()),
        )
    }

    #[test]
    fn each_reason_has_the_conditions_of_kstatus() {
        let failed = |reason| Some(PluginProblem::new(reason, "it is so"));
        let on = Some(serving("1.0.0@sha256:a"));
        let cases = [
            (
                None,
                None,
                vec![
                    "Ready=Unknown Progressing",
                    "Reconciling=True ProgressingWithRetry",
                ],
                "being fetched",
            ),
            (
                None,
                on.clone(),
                vec!["Ready=True Succeeded"],
                "1.0.0@sha256:a serves",
            ),
            (
                failed(PluginReason::PullFailed),
                on.clone(),
                vec![
                    "Ready=False PullFailed",
                    "Reconciling=True ProgressingWithRetry",
                ],
                "it is so; 1.0.0@sha256:a serves on",
            ),
            (
                failed(PluginReason::PolicyDenied),
                None,
                vec!["Ready=False PolicyDenied", "Stalled=True PolicyDenied"],
                "it is so",
            ),
        ];
        for (problem, serving, conditions, message) in cases {
            let state = DeclaredState {
                problem,
                serving,
                ..DeclaredState::default()
            };
            let (got, said) = told(&state, &[]);
            assert_eq!(got, conditions, "{state:?}");
            assert!(said.contains(message), "{said:?} has no {message:?}");
        }
    }

    #[test]
    fn replicas_that_lag_are_named() {
        let state = DeclaredState {
            serving: Some(serving("1")),
            ..DeclaredState::default()
        };
        let (conditions, message) = told(&state, &["pod-b".to_owned()]);
        assert_eq!(
            conditions,
            ["Ready=True Succeeded", "Reconciling=True Progressing"]
        );
        assert_eq!(message, "1 serves; not yet on pod-b");
        let many: Vec<String> = (0..10).map(|n| format!("pod-{n}")).collect();
        assert!(told(&state, &many).1.ends_with("pod-7 and 2 more"));
    }

    #[test]
    fn a_process_that_has_just_begun_takes_nothing_back() {
        let artefact = |digest: &str| ServedArtefact {
            digest: digest.to_owned(),
            ..ServedArtefact::default()
        };
        let object = PluginObject {
            status: ReceiverPluginStatus {
                history: ["d", "c", "b"].map(artefact).to_vec(),
                ..ReceiverPluginStatus::default()
            },
            ..PluginObject::default()
        };
        let begun = DeclaredState::default();
        assert_eq!(report(&object, &begun, &[], Timestamp::UNIX_EPOCH), None);
        let settled = DeclaredState {
            serving: Some(serving("1")),
            history: vec![artefact("c")],
            ..DeclaredState::default()
        };
        let status = report(&object, &settled, &[], Timestamp::UNIX_EPOCH).unwrap();
        let digests: Vec<&str> = status.history.iter().map(|one| &*one.digest).collect();
        assert_eq!(digests, ["c", "d", "b"]);
    }

    #[test]
    fn a_status_that_says_so_is_not_written_again() {
        let state = DeclaredState {
            serving: Some(serving("1")),
            ..DeclaredState::default()
        };
        let mut object = PluginObject::default();
        let first = report(&object, &state, &[], Timestamp::UNIX_EPOCH).unwrap();
        object.status = first;
        assert_eq!(report(&object, &state, &[], Timestamp::MAX), None);
        object.generation = Some(2);
        assert_eq!(report(&object, &state, &[], Timestamp::MAX), None);
    }
}
