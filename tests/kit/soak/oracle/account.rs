//! What is written to one target, and what it is owed.

use std::collections::VecDeque;

use bellpull_core::Timestamp;

use super::{FAILED, NOTIFIED};

/// Values that are remembered: more than are written while a delivery is answered.
const REMEMBERED: usize = 4096;

/// A write that a delivery was promised.
#[derive(Clone, Debug)]
pub(in super::super) struct Debt {
    answer: String,
    /// The replica that has promised it.
    replica: usize,
    /// No value before this keeps the promise: it was on its way before.
    after: Timestamp,
    /// Nor one after this, if the answer says that it is kept already.
    until: Option<Timestamp>,
}

impl Debt {
    /// What an answer promises.
    pub(super) fn of(
        answer: &str,
        replica: usize,
        began: Timestamp,
        ended: Timestamp,
    ) -> Option<Self> {
        let until = match answer {
            NOTIFIED => Some(ended),
            // Attempts go on after the answer.
            "202 accepted" | FAILED => None,
            _ => return None,
        };
        Some(Self {
            answer: answer.to_owned(),
            replica,
            after: began,
            until,
        })
    }

    fn is_paid_by(&self, value: Timestamp) -> bool {
        value >= self.after && self.until.is_none_or(|until| value <= until)
    }
}

/// The account of one target.
pub(super) struct TargetAccount {
    pub(super) name: String,
    pub(super) notifies: bool,
    written: VecDeque<Timestamp>,
    owed: Vec<Debt>,
    /// Promises that were kept, by replica.
    pub(super) kept: [u64; 2],
}

impl TargetAccount {
    pub(super) fn new(name: String, notifies: bool) -> Self {
        Self {
            name,
            notifies,
            written: VecDeque::new(),
            owed: Vec::new(),
            kept: [0; 2],
        }
    }

    /// A delivery was promised a write, which may have been read already.
    pub(super) fn owes(&mut self, debt: Debt) {
        if self.written.iter().any(|value| debt.is_paid_by(*value)) {
            self.kept[debt.replica] += 1;
        } else {
            self.owed.push(debt);
        }
    }

    /// A version of the target has this value: whether it is another than before.
    pub(super) fn is_written(&mut self, value: Timestamp) -> bool {
        if self.written.back() == Some(&value) {
            return false;
        }
        if self.written.len() == REMEMBERED {
            self.written.pop_front();
        }
        self.written.push_back(value);
        let kept = &mut self.kept;
        self.owed.retain(|debt| {
            let is_paid = debt.is_paid_by(value);
            kept[debt.replica] += u64::from(is_paid);
            !is_paid
        });
        true
    }

    pub(super) fn owed(&self) -> impl Iterator<Item = String> + '_ {
        let owed = self.owed.iter();
        owed.map(|debt| {
            format!(
                "{}: {} to a delivery of {}",
                self.name, debt.answer, debt.after
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Debt, FAILED, NOTIFIED, TargetAccount};
    use bellpull_core::Timestamp;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// What is left of a debt of the time from 10 to 20, after a value was written before or after the
    /// delivery had ended.
    fn left(answer: &str, value: i64, early: bool) -> usize {
        let mut account = TargetAccount::new("app".to_owned(), true);
        let debt = Debt::of(answer, 1, at(10), at(20)).unwrap();
        if early {
            account.is_written(at(value));
        }
        account.owes(debt);
        if !early {
            account.is_written(at(value));
        }
        let left = account.owed().count();
        assert_eq!(account.kept, [0, 1 - left as u64]);
        left
    }

    #[test]
    fn a_promise_is_kept_by_a_write_of_its_time_alone() {
        for (answer, value, expected) in [
            (NOTIFIED, 9, 1),
            (NOTIFIED, 10, 0),
            (NOTIFIED, 20, 0),
            (NOTIFIED, 21, 1),
            ("202 accepted", 9, 1),
            ("202 accepted", 21, 0),
            (FAILED, 9, 1),
            (FAILED, 300, 0),
        ] {
            for early in [true, false] {
                assert_eq!(left(answer, value, early), expected, "{answer} {value}");
            }
        }
    }

    #[test]
    fn an_answer_that_promises_nothing_owes_nothing() {
        for answer in [
            "200 ignored",
            "401 unauthenticated",
            "503 unavailable",
            "no answer",
        ] {
            assert!(Debt::of(answer, 1, at(10), at(20)).is_none(), "{answer}");
        }
    }

    #[test]
    fn the_same_value_is_one_write() {
        let mut account = TargetAccount::new("app".to_owned(), true);
        assert!(account.is_written(at(1)));
        assert!(!account.is_written(at(1)));
        assert!(account.is_written(at(2)));
    }
}
