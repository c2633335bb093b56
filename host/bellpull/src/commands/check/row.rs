//! The result of one replay, as a row of the table and as `-o json` prints it.

use std::time::Duration;

use bellpull_core::{IgnoreClass, Usage};
use serde::Serialize;

use crate::cases::hostile::{Expected, Judgement};
use crate::cases::{Case, CaseResult};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CheckRow {
    pub(super) case: String,
    /// What was done to the case, for a row of --hostile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) forgery: Option<String>,
    pub(super) passed: bool,
    expected: &'static str,
    got: &'static str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<IgnoreClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    microseconds: u128,
    peak_memory_bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bench: Option<ReplayTimes>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differences: Vec<String>,
    /// The last lines of the component, of a replay that failed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    log: Vec<String>,
    /// What --hostile says of the case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) notes: Vec<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReplayTimes {
    pub(super) replays: usize,
    pub(super) p50_microseconds: u128,
    pub(super) p99_microseconds: u128,
}

impl CheckRow {
    pub(super) fn of_case(
        case: &Case,
        (result, usage): (CaseResult, Usage),
        log: Vec<String>,
    ) -> Self {
        let differences = case.expect.differences(&result);
        let expected = case.expect.outcome.as_str();
        Self::new(&case.name, expected, (result, usage), differences, log)
    }

    pub(super) fn of_forgery(
        (case, forgery): (&Case, String),
        expected: Expected,
        (result, usage): (CaseResult, Usage),
        judgement: Judgement,
        log: Vec<String>,
    ) -> Self {
        let (differences, notes) = match judgement {
            Judgement::AsExpected => (Vec::new(), Vec::new()),
            Judgement::Noted(note) => (Vec::new(), vec![note]),
            Judgement::Failed(difference) => (vec![difference], Vec::new()),
        };
        let expected = expected.as_str();
        Self {
            forgery: Some(forgery),
            notes,
            ..Self::new(&case.name, expected, (result, usage), differences, log)
        }
    }

    fn new(
        case: &str,
        expected: &'static str,
        (result, usage): (CaseResult, Usage),
        differences: Vec<String>,
        log: Vec<String>,
    ) -> Self {
        let passed = differences.is_empty();
        Self {
            case: case.to_owned(),
            forgery: None,
            passed,
            expected,
            got: result.outcome.as_str(),
            status: result.status,
            class: result.class,
            reason: result.reason,
            microseconds: usage.time.as_micros(),
            peak_memory_bytes: usage.peak_memory,
            bench: None,
            differences,
            log: if passed { Vec::new() } else { log },
            notes: Vec::new(),
        }
    }

    /// The cells of its row, without those of percentiles.
    pub(super) fn cells(&self) -> Vec<String> {
        let case = &self.case;
        let name = match &self.forgery {
            Some(forgery) => format!("{case} ~ {forgery}"),
            None => case.clone(),
        };
        let mark = match (self.passed, &self.forgery) {
            (false, _) => "FAIL",
            (true, Some(_)) if !self.notes.is_empty() => "note",
            (true, _) => "ok",
        };
        vec![
            mark.to_owned(),
            name,
            self.expected.to_owned(),
            self.got.to_owned(),
            shown(self.microseconds),
            format!("{} KiB", self.peak_memory_bytes >> 10),
        ]
    }

    /// The lines below its row.
    pub(super) fn explanation(&self) -> impl Iterator<Item = String> {
        let differences = self.differences.iter();
        let log = self.log.iter().map(|line| format!("     | {line}"));
        differences.map(|line| format!("     {line}")).chain(log)
    }
}

impl ReplayTimes {
    /// The cells of its columns.
    pub(super) fn cells(&self) -> [String; 3] {
        [
            shown(self.p50_microseconds),
            shown(self.p99_microseconds),
            self.replays.to_string(),
        ]
    }
}

fn shown(microseconds: u128) -> String {
    let time = Duration::from_micros(u64::try_from(microseconds).unwrap_or(u64::MAX));
    format!("{time:?}")
}
