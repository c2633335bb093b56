use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bellpull_core::Timestamp;

/// Minutes that are counted.
const MINUTES: i64 = 60;
/// Deliveries whose time is kept, the newest.
const TIMES: usize = 1_000;
const SECONDS: i64 = 60;

/// What the last hour was like, in bounded memory.
#[derive(Default)]
pub(crate) struct Recent {
    /// The deliveries of each minute since the epoch, by outcome.
    minutes: BTreeMap<i64, BTreeMap<&'static str, u64>>,
    /// The minute and the time of each of the newest deliveries.
    times: VecDeque<(i64, Duration)>,
}

/// The deliveries of one hour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecentDeliveries {
    /// The minutes that had any, the oldest first.
    pub minutes: Vec<RecentMinute>,
    /// `None`: there was none.
    pub time: Option<RecentTime>,
}

/// The deliveries of one minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentMinute {
    pub began: Timestamp,
    /// How many ended with each outcome.
    pub outcomes: BTreeMap<&'static str, u64>,
}

/// How long the newest deliveries took, from the headers to the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecentTime {
    /// How many deliveries were looked at.
    pub deliveries: usize,
    /// Half of them took no more.
    pub p50: Duration,
    /// 99 of 100 took no more.
    pub p99: Duration,
}

impl Recent {
    /// A delivery that was received at this time has ended.
    pub(crate) fn add(&mut self, received: Timestamp, outcome: &'static str, took: Duration) {
        let minute = minute(received);
        *self
            .minutes
            .entry(minute)
            .or_default()
            .entry(outcome)
            .or_default() += 1;
        while self.minutes.len() > usize::try_from(MINUTES).unwrap_or_default() {
            self.minutes.pop_first();
        }
        self.times.push_back((minute, took));
        if self.times.len() > TIMES {
            self.times.pop_front();
        }
    }

    /// The hour that ends with the minute of `now`.
    pub(crate) fn before(&self, now: Timestamp) -> RecentDeliveries {
        let now = minute(now);
        let hour = (now - MINUTES + 1)..=now;
        let minutes = self.minutes.range(hour.clone());
        let minutes = minutes.filter_map(|(minute, outcomes)| {
            Some(RecentMinute {
                began: Timestamp::from_second(minute * SECONDS).ok()?,
                outcomes: outcomes.clone(),
            })
        });
        let times = self.times.iter();
        let times = times.filter(|(minute, _)| hour.contains(minute));
        let mut times: Vec<Duration> = times.map(|(_, took)| *took).collect();
        times.sort_unstable();
        RecentDeliveries {
            minutes: minutes.collect(),
            time: percentile(&times, 50)
                .zip(percentile(&times, 99))
                .map(|(p50, p99)| RecentTime {
                    deliveries: times.len(),
                    p50,
                    p99,
                }),
        }
    }
}

fn minute(at: Timestamp) -> i64 {
    at.as_second().div_euclid(SECONDS)
}

/// The least of the sorted times that so many of a hundred do not exceed (nearest rank).
fn percentile(sorted: &[Duration], percent: usize) -> Option<Duration> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64, second: i64) -> Timestamp {
        Timestamp::from_second(minute * SECONDS + second).unwrap()
    }

    const TOOK: Duration = Duration::from_millis(1);

    #[test]
    fn deliveries_are_counted_by_minute_and_outcome() {
        let mut recent = Recent::default();
        for (minute, second, outcome) in [
            (100, 0, "notified"),
            (100, 59, "notified"),
            (101, 0, "failed"),
            // It was received before the last one, and ended after it.
            (100, 30, "failed"),
        ] {
            recent.add(at(minute, second), outcome, TOOK);
        }
        let told = recent.before(at(101, 30)).minutes;
        let told: Vec<_> = told
            .iter()
            .map(|minute| (minute.began, minute.outcomes.clone()))
            .collect();
        assert_eq!(
            told,
            [
                (at(100, 0), [("notified", 2), ("failed", 1)].into()),
                (at(101, 0), [("failed", 1)].into()),
            ]
        );
    }

    #[test]
    fn what_is_older_than_an_hour_is_not_told() {
        let mut recent = Recent::default();
        recent.add(at(100, 0), "notified", TOOK);
        for (now, expected) in [(100, 1), (159, 1), (160, 0), (99, 0)] {
            let told = recent.before(at(now, 0));
            assert_eq!(told.minutes.len(), expected, "{now}");
            assert_eq!(told.time.is_some(), expected == 1, "{now}");
        }
    }

    #[test]
    fn a_long_life_takes_no_more_memory_than_an_hour() {
        let mut recent = Recent::default();
        for minute in 0..10_000 {
            recent.add(at(minute, 0), "notified", TOOK);
        }
        assert_eq!(recent.minutes.len(), 60);
        assert_eq!(recent.times.len(), TIMES);
        assert_eq!(recent.before(at(9_999, 0)).minutes.len(), 60);
    }

    #[test]
    fn percentiles_are_times_that_deliveries_took() {
        let millis = |count: u64| (1..=count).map(Duration::from_millis).collect::<Vec<_>>();
        for (count, p50, p99) in [(1, 1, 1), (2, 1, 2), (100, 50, 99), (1_000, 500, 990)] {
            let times = millis(count);
            assert_eq!(percentile(&times, 50), Some(Duration::from_millis(p50)));
            assert_eq!(percentile(&times, 99), Some(Duration::from_millis(p99)));
        }
        assert_eq!(percentile(&[], 50), None);
    }
}
