//! What came of a soak.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::Soak;
use super::faults::{Fault, Struck};
use super::gauges::{GAUGES, Gauges, Trend};
use super::oracle::{Row, Times};
use crate::patience::comes_at;

/// How often gauges are read.
const GAUGED: Duration = Duration::from_secs(1);
/// Deliveries between two faults.
const CALM: u64 = 60;
/// What a process that has seen much may have open beyond one that is warm: connections to an API server
/// that was killed, whose end the kernel tells late, and idle threads of a pool.
const SLACK: u64 = 8;

/// What came of a soak, as a table.
pub struct Report {
    began: Instant,
    pub(super) rounds: usize,
    /// Those of a round.
    pub(super) faults: Vec<Fault>,
    struck: BTreeMap<Fault, (usize, Option<&'static str>)>,
    rows: BTreeMap<Row, u64>,
    times: [Times; 2],
    written: u64,
    wrong: u64,
    told: Vec<String>,
    owed: Vec<String>,
    /// Of each replica, in the calm.
    gauges: [Gauges; 2],
    names: [&'static str; 2],
    /// Of the replica that lives all the time, without deliveries: before and after.
    idle: [[u64; 3]; 2],
    took: Duration,
}

impl Report {
    pub(super) fn new(soak: &Soak, faults: Vec<Fault>) -> Self {
        let idle = soak.replicas[0].gauges();
        Self {
            began: Instant::now(),
            rounds: 0,
            faults,
            struck: BTreeMap::new(),
            rows: BTreeMap::new(),
            times: [Times::default(), Times::default()],
            written: 0,
            wrong: 0,
            told: Vec::new(),
            owed: Vec::new(),
            gauges: [Gauges::new(), Gauges::new()],
            names: soak.replicas.each_ref().map(|replica| replica.name),
            idle: [idle; 2],
            took: Duration::ZERO,
        }
    }

    /// How a fault went: whether it has passed.
    pub(super) fn struck(&mut self, fault: Fault, struck: Result<Struck>, soak: &Soak) -> bool {
        let passed = struck.is_ok();
        let (times, why) = self.struck.entry(fault).or_default();
        match struck {
            Ok(Struck::Passed) => *times += 1,
            Ok(Struck::NotPossible(reason)) => *why = Some(reason),
            Err(error) => soak.oracle.fails(format!("{fault:?}: {error:#}")),
        }
        if fault == Fault::TerminateAReplica {
            // Another process.
            self.gauges[1] = Gauges::new();
        }
        passed
    }

    /// Reads the gauges until some deliveries have been answered.
    pub(super) fn calm(&mut self, soak: &Soak) {
        let target = soak.oracle.answered() + CALM;
        let came = comes_at(GAUGED, || {
            for (gauges, replica) in self.gauges.iter_mut().zip(&soak.replicas) {
                gauges.add(replica.gauges());
            }
            soak.oracle.answered() >= target
        });
        if !came {
            soak.oracle.fails("deliveries have ceased".to_owned());
        }
    }

    /// What the first of several rounds has filled is no growth.
    pub(super) fn round_begins(&mut self) {
        if self.rounds == 1 {
            self.gauges = [Gauges::new(), Gauges::new()];
        }
    }

    /// Takes the accounts, when the load has ended and all is settled.
    pub(super) fn end(&mut self, soak: &Soak) {
        self.took = self.began.elapsed();
        comes_at(GAUGED, || {
            self.idle[1] = soak.replicas[0].gauges();
            self.left_open().is_none()
        });
        self.owed = soak.oracle.owed();
        let accounts = soak.oracle.read();
        self.rows = accounts.rows.clone();
        self.times = accounts.times.clone();
        self.written = accounts.written;
        self.wrong = accounts.wrong;
        self.told = accounts.told.clone();
    }

    /// How much more memory the replica that lives all the time has than when it was warm, in KiB.
    #[must_use]
    pub fn growth(&self) -> u64 {
        let [before, after] = self.idle;
        after[0].saturating_sub(before[0])
    }

    /// Everything that is not as it must be.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        let mut failures = self.told.clone();
        let more = self.wrong - self.told.len() as u64;
        if more > 0 {
            failures.push(format!("and {more} more"));
        }
        failures.extend(self.owed.iter().map(|owed| format!("unaccounted: {owed}")));
        for fault in &self.faults {
            if self
                .struck
                .get(fault)
                .is_none_or(|(times, why)| *times == 0 && why.is_none())
            {
                failures.push(format!("{fault:?} has not passed"));
            }
        }
        failures.extend(self.left_open());
        failures
    }

    fn left_open(&self) -> Option<String> {
        let [before, after] = self.idle;
        let grown = (1..GAUGES.len()).find(|of| after[*of] > before[*of] + SLACK)?;
        let (name, before, after) = (GAUGES[grown], before[grown], after[grown]);
        Some(format!("{name} have grown from {before} to {after}"))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total: u64 = self.rows.values().sum();
        let took = self.took.as_secs();
        writeln!(
            f,
            "{total} deliveries in {took} s, {} rounds of faults",
            self.rounds
        )?;
        writeln!(f, "\n{:<20} {:>7}", "fault", "passed")?;
        for (fault, (times, why)) in &self.struck {
            let why = why.map_or(String::new(), |why| format!("  not possible here: {why}"));
            writeln!(f, "{:<20} {times:>7}{why}", format!("{fault:?}"))?;
        }
        writeln!(
            f,
            "\n{:<20} {:<11} {:<20} {:>9}",
            "during", "delivery", "answer", "count"
        )?;
        for (
            Row {
                phase,
                intent,
                answer,
            },
            count,
        ) in &self.rows
        {
            let (phase, intent) = (format!("{phase:?}"), format!("{intent:?}"));
            writeln!(f, "{phase:<20} {intent:<11} {answer:<20} {count:>9}")?;
        }
        writeln!(f, "\nannotations written: {}", self.written)?;
        writeln!(f, "unaccounted: {}", self.owed.len())?;
        writeln!(f, "wrong: {}", self.wrong)?;
        for (when, times) in ["in the calm", "during faults"].iter().zip(&self.times) {
            let [p50, p99] = [50, 99].map(|of| times.percentile(of).as_secs_f64() * 1e3);
            writeln!(f, "answers {when}: p50 {p50:.1} ms, p99 {p99:.1} ms")?;
        }
        writeln!(
            f,
            "\n{:<9} {:<12} {:>10} {:>10} {:>14}",
            "replica", "gauge", "first", "last", "slope per hour"
        )?;
        for (name, gauges) in self.names.iter().zip(&self.gauges) {
            for (gauge, trend) in GAUGES.iter().zip(&gauges.trends) {
                let Trend { first, last, .. } = trend;
                let slope = trend
                    .slope()
                    .map_or("-".to_owned(), |slope| format!("{slope:+.1}"));
                writeln!(
                    f,
                    "{name:<9} {gauge:<12} {first:>10} {last:>10} {slope:>14}"
                )?;
            }
        }
        let [before, after] = self.idle;
        for ((gauge, before), after) in GAUGES.iter().zip(before).zip(after) {
            let name = format!("{}, idle", self.names[0]);
            writeln!(f, "{name:<9} {gauge:<12} {before:>10} {after:>10}")?;
        }
        Ok(())
    }
}
