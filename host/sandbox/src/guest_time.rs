use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use bellpull_engine::wasmtime;
use rustix::time::{ClockId, clock_gettime};

use crate::violation::Violation;

/// The time that a guest has used of its limit: the time that it computes, that the host computes for
/// it, and that it sleeps. Waiting for its turn or for the network is not charged.
#[derive(Debug)]
pub(crate) struct GuestTime {
    limit: Duration,
    began: Instant,
    /// Nanoseconds of processor time.
    computed: AtomicU64,
    /// Nanoseconds that it asked to sleep. It never sleeps: its clock is ahead by as much.
    slept: AtomicU64,
    /// When it is to be woken next, in nanoseconds of its clock.
    alarm: AtomicU64,
}

impl GuestTime {
    pub(crate) fn new(limit: Duration) -> Self {
        Self {
            limit,
            began: Instant::now(),
            computed: AtomicU64::new(0),
            slept: AtomicU64::new(0),
            alarm: AtomicU64::new(u64::MAX),
        }
    }

    /// Does work on this thread and charges it to the guest.
    pub(crate) fn compute<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = thread_cpu_time();
        let value = work();
        let taken = thread_cpu_time().saturating_sub(before);
        self.computed.fetch_add(nanos(taken), Ordering::Relaxed);
        value
    }

    pub(crate) fn used(&self) -> Duration {
        let computed = self.computed.load(Ordering::Relaxed);
        Duration::from_nanos(computed.saturating_add(self.slept.load(Ordering::Relaxed)))
    }

    pub(crate) fn is_over(&self) -> bool {
        self.used() >= self.limit
    }

    fn deadline(&self) -> Violation {
        Violation::Deadline(self.limit.as_millis())
    }

    /// The clock of the guest. It begins at zero.
    pub(crate) fn clock(&self) -> Duration {
        self.began.elapsed() + Duration::from_nanos(self.slept.load(Ordering::Relaxed))
    }

    /// Sets the alarm of the guest, if it has none that is earlier.
    pub(crate) fn wake_at(&self, at: Duration) {
        self.alarm.fetch_min(nanos(at), Ordering::Relaxed);
    }

    pub(crate) fn forget_alarm(&self) {
        self.alarm.store(u64::MAX, Ordering::Relaxed);
    }

    /// Sets the clock of the guest forward to its alarm, and charges the difference.
    ///
    /// # Errors
    /// When the guest has less time left.
    pub(crate) fn sleep_until_alarm(&self) -> Result<(), Violation> {
        let at = Duration::from_nanos(self.alarm.load(Ordering::Relaxed));
        let ahead = at.saturating_sub(self.clock());
        if self.used().saturating_add(ahead) >= self.limit {
            return Err(self.deadline());
        }
        self.slept.fetch_add(nanos(ahead), Ordering::Relaxed);
        Ok(())
    }
}

/// Runs a guest and charges its time. A guest gives way at each tick, and is ended at the first tick
/// after its time is over.
pub(crate) async fn metered<T>(
    time: &GuestTime,
    guest: impl Future<Output = wasmtime::Result<T>>,
) -> wasmtime::Result<T> {
    let mut guest = pin!(guest);
    poll_fn(|context| {
        let polled = time.compute(|| guest.as_mut().poll(context));
        if polled.is_pending() && time.is_over() {
            return Poll::Ready(Err(wasmtime::Error::new(time.deadline())));
        }
        polled
    })
    .await
}

/// The processor time that this thread has used so far.
pub(crate) fn thread_cpu_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_millis(250);

    #[test]
    fn a_sleep_takes_no_time_and_is_charged() {
        let time = GuestTime::new(LIMIT);
        let wanted = time.clock() + Duration::from_millis(100);
        time.wake_at(wanted);
        time.sleep_until_alarm().unwrap();
        assert!(time.clock() >= wanted);
        assert!(
            time.used() <= Duration::from_millis(100),
            "{:?}",
            time.used()
        );
        time.forget_alarm();
        time.wake_at(time.clock() + LIMIT);
        let stop = time.sleep_until_alarm().unwrap_err();
        assert!(matches!(stop, Violation::Deadline(250)), "{stop}");
    }

    #[test]
    fn a_sleep_without_an_alarm_is_over() {
        assert!(GuestTime::new(LIMIT).sleep_until_alarm().is_err());
    }

    #[test]
    fn computing_is_charged_and_waiting_is_not() {
        let time = GuestTime::new(Duration::from_millis(2));
        std::thread::park_timeout(Duration::from_millis(5));
        assert!(!time.is_over(), "{:?}", time.used());
        let mut value = 1_u64;
        while !time.is_over() {
            time.compute(|| {
                for step in 0..10_000 {
                    value = std::hint::black_box(value.wrapping_mul(31).wrapping_add(step));
                }
            });
        }
        assert!(time.used() >= Duration::from_millis(2));
    }
}
