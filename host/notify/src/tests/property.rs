use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bellpull_core::{DeliveryId, Notification, Notify as _, Patch, PatchError, Target, Timestamp};
use proptest::prelude::*;

use super::fake::{notification, passing, target, told};
use crate::{Notifier, NotifyMetrics, NotifySettings};

const TARGETS: [&str; 4] = ["w", "x", "y", "z"];
const SLOTS: usize = 2;

enum Happened {
    Queued(DeliveryId, String),
    Began(String, Vec<DeliveryId>, Timestamp),
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
        let deliveries = notifications.iter().map(|n| n.delivery.clone()).collect();
        self.log.lock().unwrap().push(Happened::Began(
            target.name.clone(),
            deliveries,
            requested_at,
        ));
        tokio::time::sleep(Duration::from_millis(takes)).await;
        self.running.lock().unwrap().remove(&target.name);
        match ends {
            0 => Err(passing(None)),
            1 => Err(PatchError::Permanent("gone".to_owned())),
            _ => Ok(()),
        }
    }
}

/// Of each delivery: its time in ms after the last one, its Receiver, its targets as bits.
type Schedule = Vec<(u64, u8, u8)>;

async fn run(schedule: Schedule, script: Vec<(u64, u8)>) -> Vec<Happened> {
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
    for (after, receiver, bits) in schedule {
        tokio::time::sleep(Duration::from_millis(after)).await;
        let notification = notification(&receiver.to_string());
        let names = (0..TARGETS.len()).filter(|n| bits & (1 << n) != 0);
        let targets: Vec<Target> = names.map(|n| target(TARGETS[n])).collect();
        for target in &targets {
            let queued = Happened::Queued(notification.delivery.clone(), target.name.clone());
            log.lock().unwrap().push(queued);
        }
        drop(notifier.notify(told(&notification, targets), Duration::ZERO));
    }
    assert_eq!(notifier.drain(Duration::from_secs(3600)).await, 0);
    drop(notifier);
    std::mem::take(&mut log.lock().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_queued_delivery_is_followed_by_an_attempt_that_covers_it(
        schedule in prop::collection::vec((0..400_u64, 0..3_u8, 1..16_u8), 1..40),
        script in prop::collection::vec((0..300_u64, 0..6_u8), 1..20)
            .prop_filter("some attempt must end well", |script| script.iter().any(|(_, ends)| *ends > 0)),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let log = runtime.block_on(run(schedule, script));
        let mut open: HashMap<String, HashSet<DeliveryId>> = HashMap::new();
        let mut last = Timestamp::UNIX_EPOCH;
        for happened in log {
            match happened {
                Happened::Queued(delivery, target) => {
                    open.entry(target).or_default().insert(delivery);
                }
                Happened::Began(target, covered, requested_at) => {
                    prop_assert!(requested_at > last);
                    last = requested_at;
                    let open = open.entry(target).or_default();
                    for delivery in &covered {
                        open.remove(delivery);
                    }
                    prop_assert!(open.is_empty(), "the attempt leaves out {open:?}");
                }
            }
        }
        prop_assert!(open.values().all(HashSet::is_empty), "never attempted: {open:?}");
    }
}
