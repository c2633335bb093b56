use std::time::Duration;

use bellpull_core::Notify as _;
use bellpull_ports::Host;
use bellpull_records::{RecentMinute, RecentTime};

use super::local_admin::{LocalAdmin, Process};
use crate::api::{MinuteView, ProcessView, Summary, TimeView};

/// How this process fares.
pub(super) fn now<H: Host, P: Process>(admin: &LocalAdmin<H, P>) -> Summary {
    let host = admin.road.host();
    let recent = admin.parts.records.recent(host.now());
    let process = &admin.parts.process;
    Summary {
        processes: vec![ProcessView {
            name: process.name(),
            version: process.version().to_owned(),
            leader: process.is_leader(),
            pending: host.notifier().pending(),
            time: recent.time.map(time),
        }],
        minutes: recent.minutes.into_iter().map(minute).collect(),
        missing: Vec::new(),
    }
}

fn time(time: RecentTime) -> TimeView {
    let micros = |duration: Duration| u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
    TimeView {
        deliveries: time.deliveries,
        p50_us: micros(time.p50),
        p99_us: micros(time.p99),
    }
}

fn minute(minute: RecentMinute) -> MinuteView {
    let outcomes = minute.outcomes.into_iter();
    MinuteView {
        began: minute.began.to_string(),
        outcomes: outcomes
            .map(|(outcome, count)| (outcome.to_owned(), count))
            .collect(),
    }
}
