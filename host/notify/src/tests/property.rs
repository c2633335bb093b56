use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bellpull_core::{DeliveryId, Notification, Notify as _, Patch, PatchError, Target, Timestamp};
use proptest::prelude::*;
use tokio::time::Instant;

use super::fake::{notification_every, passing, target, told};
use crate::{Notifier, NotifyMetrics, NotifySettings};

const TARGETS: [&str; 4] = ["w", "x", "y", "z"];
const SLOTS: usize = 2;

enum Happened {
    Queued(DeliveryId, String),
    Began(Attempt),
    Notified(Attempt),
}

#[derive(Clone)]
struct Attempt {
    target: String,
    deliveries: Vec<DeliveryId>,
    /// The least intervals of those deliveries.
    intervals: Vec<Option<Duration>>,
    requested_at: Timestamp,
    began: Instant,
}

/// Each entry of the script says how long an attempt takes (ms) and how it ends. The script
/// repeats.
struct Scripted {
    script: Vec<(u64, u8)>,
    attempts: AtomicUsize,
    running: Mutex<HashSet<String>>,
    log: Arc<Mutex<Vec<Happened>>>,
}

impl Patch for Scripted {
    async fn patch(
        &self,
        target: &Target,
        notifications: &[Arc<Notification>],
        requested_at: Timestamp,
    ) -> Result<(), PatchError> {
        let nth = self.attempts.fetch_add(1, Ordering::Relaxed);
        let (takes, ends) = self.script[nth % self.script.len()];
        {
            let mut running = self.running.lock().unwrap();
            assert!(running.insert(target.name.clone()), "two on one target");
            assert!(running.len() <= SLOTS, "more than there are slots");
        }
        let attempt = Attempt {
            target: target.name.clone(),
            deliveries: notifications.iter().map(|n| n.delivery.clone()).collect(),
            intervals: notifications.iter().map(|n| n.min_interval).collect(),
            requested_at,
            began: Instant::now(),
        };
        let began = Happened::Began(attempt.clone());
        self.log.lock().unwrap().push(began);
        tokio::time::sleep(Duration::from_millis(takes)).await;
        self.running.lock().unwrap().remove(&target.name);
        match ends {
            0 => Err(passing(None)),
            1 => Err(PatchError::Permanent("gone".to_owned())),
            _ => {
                let notified = Happened::Notified(attempt);
                self.log.lock().unwrap().push(notified);
                Ok(())
            }
        }
    }
}

/// Of each delivery: its time in ms after the last one, its Receiver, its targets as bits, its least
/// interval in ms, if it has one.
type Schedule = Vec<(u64, u8, u8, Option<u64>)>;

/// Runs to the end. `patient`: every interval has passed before the drain.
async fn run(
    schedule: Schedule,
    script: Vec<(u64, u8)>,
    patient: bool,
) -> (Vec<Happened>, Instant) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let patch = Scripted {
        script,
        attempts: AtomicUsize::new(0),
        running: Mutex::default(),
        log: Arc::clone(&log),
    };
    let settings = NotifySettings {
        slots: SLOTS,
        ..NotifySettings::default()
    };
    let notifier = Notifier::new(patch, settings, NotifyMetrics::default());
    for (after, receiver, bits, interval) in schedule {
        tokio::time::sleep(Duration::from_millis(after)).await;
        let interval = interval.map(Duration::from_millis);
        let notification = notification_every(interval, &receiver.to_string());
        let names = (0..TARGETS.len()).filter(|n| bits & (1 << n) != 0);
        let targets: Vec<Target> = names.map(|n| target(TARGETS[n])).collect();
        for target in &targets {
            let queued = Happened::Queued(notification.delivery.clone(), target.name.clone());
            log.lock().unwrap().push(queued);
        }
        drop(notifier.notify(told(&notification, targets), Duration::ZERO));
    }
    if patient {
        notifier.shared.queues.idle().await;
    }
    let drained = Instant::now();
    assert_eq!(notifier.drain(Duration::from_secs(3600)).await, 0);
    drop(notifier);
    (std::mem::take(&mut log.lock().unwrap()), drained)
}

/// What is known of a target.
#[derive(Default)]
struct Known {
    /// Deliveries that no attempt has covered yet.
    open: HashSet<DeliveryId>,
    /// When the last successful attempt began.
    notified: Option<Instant>,
    /// Whether an attempt has failed since.
    failing: bool,
    /// The longest interval of a successful attempt since the target may have been forgotten.
    longest: Duration,
}

impl Known {
    /// How long after the last success this attempt may begin at the earliest.
    fn least(&self, attempt: &Attempt) -> Duration {
        let intervals = attempt.intervals.iter().copied();
        let shortest = intervals.map(Option::unwrap_or_default).min();
        match self.failing {
            true => Duration::ZERO,
            // A target is remembered for the longest interval that was asked for.
            false => shortest.unwrap_or_default().min(self.longest),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_queued_delivery_is_followed_by_an_attempt_that_covers_it_and_keeps_the_intervals(
        schedule in prop::collection::vec(
            (0..400_u64, 0..3_u8, 1..16_u8, prop::option::weighted(0.8, 1..2000_u64)),
            1..40,
        ),
        script in prop::collection::vec((0..300_u64, 0..6_u8), 1..20)
            .prop_filter("some attempt must end well", |script| script.iter().any(|(_, ends)| *ends > 0)),
        patient in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let (log, drained) = runtime.block_on(run(schedule, script, patient));
        let mut targets: HashMap<String, Known> = HashMap::new();
        let mut last = Timestamp::UNIX_EPOCH;
        for happened in log {
            match happened {
                Happened::Queued(delivery, target) => {
                    targets.entry(target).or_default().open.insert(delivery);
                }
                Happened::Began(attempt) => {
                    prop_assert!(attempt.requested_at > last);
                    last = attempt.requested_at;
                    let known = targets.entry(attempt.target.clone()).or_default();
                    for delivery in &attempt.deliveries {
                        known.open.remove(delivery);
                    }
                    prop_assert!(known.open.is_empty(), "the attempt leaves out {:?}", known.open);
                    match known.notified.map(|notified| attempt.began - notified) {
                        Some(after) if after < known.longest => {
                            let least = known.least(&attempt);
                            let hurried = attempt.began >= drained;
                            prop_assert!(hurried || after >= least, "{after:?}, not {least:?}");
                        }
                        _ => known.longest = Duration::ZERO,
                    }
                    known.failing = true;
                }
                Happened::Notified(attempt) => {
                    let known = targets.entry(attempt.target).or_default();
                    known.notified = Some(attempt.began);
                    known.failing = false;
                    let longest = attempt.intervals.into_iter().flatten().max();
                    known.longest = known.longest.max(longest.unwrap_or_default());
                }
            }
        }
        let open = targets.values().map(|known| &known.open);
        let open: Vec<_> = open.filter(|open| !open.is_empty()).collect();
        prop_assert!(open.is_empty(), "never attempted: {open:?}");
    }
}
