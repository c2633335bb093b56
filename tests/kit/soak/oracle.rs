//! Accounts for every delivery: what it was, how it was answered, and whether its target was written
//! when it had to be. It knows nothing of Bellpull but what its papers promise.

mod account;
mod rules;
mod times;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bellpull_core::Timestamp;

pub(super) use account::Debt;
use account::TargetAccount;
use rules::permits;
pub(super) use rules::{FAILED, Intent, NO_ANSWER, NOTIFIED, Phase, UNAVAILABLE, UNKNOWN};
pub(super) use times::Times;

/// A delivery that has ended.
pub(super) struct Ended {
    pub(super) receiver: usize,
    pub(super) replica: usize,
    pub(super) intent: Intent,
    pub(super) began: Timestamp,
    pub(super) ended: Timestamp,
    /// At the begin and at the end.
    pub(super) phases: [Phase; 2],
    /// The status and the outcome; `None` without an answer.
    pub(super) answer: Option<(u16, String)>,
    /// What the answer says, or why there is none.
    pub(super) said: String,
}

/// A row of the table of deliveries.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    pub(super) phase: Phase,
    pub(super) intent: Intent,
    /// `200 notified`, or `no answer`.
    pub(super) answer: String,
}

/// Failures that are told in words. More are counted.
const TOLD: usize = 20;

#[derive(Default)]
pub(super) struct Accounts {
    pub(super) rows: BTreeMap<Row, u64>,
    /// How long answers of deliveries took, in the calm and during faults.
    pub(super) times: [Times; 2],
    /// Annotations that were written.
    pub(super) written: u64,
    pub(super) wrong: u64,
    /// The first of them.
    pub(super) told: Vec<String>,
    targets: Vec<TargetAccount>,
    answered: u64,
}

/// The accounts of all deliveries.
pub(super) struct Oracle {
    may_starve: bool,
    accounts: Mutex<Accounts>,
}

impl Oracle {
    /// For Receivers in this order: the names of their targets, and whether one ever notifies.
    pub(super) fn new(targets: impl Iterator<Item = (String, bool)>, may_starve: bool) -> Self {
        let targets = targets.map(|(name, notifies)| TargetAccount::new(name, notifies));
        Self {
            may_starve,
            accounts: Mutex::new(Accounts {
                targets: targets.collect(),
                ..Accounts::default()
            }),
        }
    }

    /// A delivery has ended.
    pub(super) fn ended(&self, delivery: &Ended) {
        let accounts = &mut *self.read();
        let [began_in, ended_in] = delivery.phases;
        let phase = if began_in == Phase::Calm {
            ended_in
        } else {
            began_in
        };
        let answer = match &delivery.answer {
            Some((status, outcome)) => format!("{status} {outcome}"),
            None => NO_ANSWER.to_owned(),
        };
        let has_starved = self.may_starve && answer == UNAVAILABLE;
        let mut phases = delivery.phases.iter();
        if !has_starved && !phases.any(|phase| permits(*phase, delivery.intent, &answer)) {
            accounts.wrong(format!(
                "{} of {:?} in {phase:?} by replica {}: {answer}: {}",
                accounts.targets[delivery.receiver].name,
                delivery.intent,
                delivery.replica,
                delivery.said,
            ));
        }
        accounts.answered += 1;
        let took = delivery.ended.duration_since(delivery.began).unsigned_abs();
        accounts.times[usize::from(phase != Phase::Calm)].add(took);
        if delivery.intent == Intent::Genuine
            && let Some(debt) = Debt::of(&answer, delivery.replica, delivery.began, delivery.ended)
        {
            accounts.targets[delivery.receiver].owes(debt);
        }
        let row = Row {
            phase,
            intent: delivery.intent,
            answer,
        };
        *accounts.rows.entry(row).or_default() += 1;
    }

    /// A target has been annotated.
    pub(super) fn written(&self, target: &str, value: Timestamp) {
        let accounts = &mut *self.read();
        let Some(account) = accounts.targets.iter_mut().find(|one| one.name == target) else {
            return accounts.wrong(format!("{target}, which is nobody's, was annotated"));
        };
        let is_new = account.is_written(value);
        let never = !account.notifies;
        accounts.written += u64::from(is_new);
        if never {
            accounts.wrong(format!("{target} was annotated, and nothing notifies it"));
        }
    }

    /// A failure that is not of one delivery.
    pub(super) fn fails(&self, what: String) {
        self.read().wrong(what);
    }

    /// Deliveries that have ended.
    pub(super) fn answered(&self) -> u64 {
        self.read().answered
    }

    /// Deliveries that ended with this answer.
    pub(super) fn with(&self, answer: &str) -> u64 {
        let accounts = self.read();
        let rows = accounts.rows.iter().filter(|(row, _)| row.answer == answer);
        rows.map(|(_, count)| count).sum()
    }

    /// Promises that were kept, by Receiver and replica.
    pub(super) fn kept(&self) -> Vec<[u64; 2]> {
        let accounts = self.read();
        accounts.targets.iter().map(|target| target.kept).collect()
    }

    /// What targets are owed still: each delivery with its target.
    pub(super) fn owed(&self) -> Vec<String> {
        self.read()
            .targets
            .iter()
            .flat_map(TargetAccount::owed)
            .collect()
    }

    pub(super) fn read(&self) -> MutexGuard<'_, Accounts> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Accounts {
    fn wrong(&mut self, what: String) {
        self.wrong += 1;
        if self.told.len() < TOLD {
            self.told.push(what);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ended, Intent, NOTIFIED, Oracle, Phase};
    use bellpull_core::Timestamp;

    #[test]
    fn an_annotation_that_nothing_explains_is_wrong() {
        for (target, expected) in [("app", 0), ("never", 1), ("stranger", 1)] {
            let targets = [("app", true), ("never", false)];
            let oracle = Oracle::new(
                targets.map(|(name, is)| (name.to_owned(), is)).into_iter(),
                false,
            );
            oracle.written(target, Timestamp::now());
            assert_eq!(oracle.read().wrong, expected, "{target}");
        }
    }

    #[test]
    fn a_notified_delivery_whose_target_is_not_written_is_owed() {
        let oracle = Oracle::new([("app".to_owned(), true)].into_iter(), false);
        let began = Timestamp::now();
        let delivery = Ended {
            receiver: 0,
            replica: 0,
            intent: Intent::Genuine,
            began,
            ended: Timestamp::now(),
            phases: [Phase::Calm; 2],
            answer: Some((200, "notified".to_owned())),
            said: String::new(),
        };
        oracle.ended(&delivery);
        assert_eq!(oracle.owed().len(), 1);
        assert_eq!((oracle.answered(), oracle.with(NOTIFIED)), (1, 1));
        oracle.written("app", began);
        assert!(oracle.owed().is_empty());
        assert_eq!(oracle.kept(), [[1, 0]]);
        assert_eq!(oracle.read().wrong, 0);
    }
}
