use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;

use super::tasks;

thread_local! {
    /// How many tasks sleep until each time.
    static ASLEEP: RefCell<BTreeMap<Instant, usize>> = const { RefCell::new(BTreeMap::new()) };
}

/// Says that a task sleeps until then, for as long as this lives.
pub(super) struct Asleep(Instant);

impl Asleep {
    pub(super) fn until(until: Instant) -> Self {
        ASLEEP.with_borrow_mut(|asleep| *asleep.entry(until).or_default() += 1);
        tasks::changed();
        Self(until)
    }
}

impl Drop for Asleep {
    fn drop(&mut self) {
        ASLEEP.with_borrow_mut(|asleep| {
            let sleepers = asleep.get_mut(&self.0).unwrap();
            *sleepers -= 1;
            if *sleepers == 0 {
                asleep.remove(&self.0);
            }
        });
    }
}

/// Sleeps, and lets the clock of a model go on to that time.
pub(crate) async fn sleep_until(until: Instant) {
    let _asleep = Asleep::until(until);
    tokio::time::sleep_until(until).await;
}

/// The clock of a model. It stands still unless [`Clock::runs`].
#[derive(Clone)]
pub(super) struct Clock(Arc<Runtime>);

impl Clock {
    pub(super) fn new() -> Self {
        let mut paused = Builder::new_current_thread();
        let runtime = paused.enable_time().start_paused(true).build();
        Self(Arc::new(runtime.unwrap()))
    }

    /// Calls `what` where timers are those of this clock.
    pub(super) fn within<T>(&self, what: impl FnOnce() -> T) -> T {
        let _context = self.0.enter();
        what()
    }

    /// Lets time pass, to the first time that somebody sleeps until and again, until all others have ended.
    pub(super) async fn runs(self) {
        while !tasks::others_have_ended() {
            match time_to_sleep() {
                Some(time) => self.pass(time),
                None => tasks::change().await,
            }
        }
    }

    fn pass(&self, time: Duration) {
        self.0.block_on(tokio::time::advance(time));
    }
}

/// How long until the first sleeper is to be woken.
fn time_to_sleep() -> Option<Duration> {
    // Timers have this resolution, and are late rather than early.
    let resolution = Duration::from_millis(1);
    let now = Instant::now();
    ASLEEP.with_borrow(|asleep| {
        let mut times = asleep.keys().map(|until| *until + resolution);
        times.find(|until| *until > now).map(|until| until - now)
    })
}
