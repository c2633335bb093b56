use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use bellpull_engine::wasmtime;
use rustix::time::{ClockId, clock_gettime};

use crate::stop::Stop;

/// What a guest has used up of the time that it may take. Only its own counts: what it and the host
/// compute for it, and what it sleeps. While it waits for its turn or for the network, nothing does.
#[derive(Debug)]
pub(crate) struct Time {
    limit: Duration,
    began: Instant,
    /// Nanoseconds of a processor.
    computed: AtomicU64,
    /// Nanoseconds that it wanted to sleep: it did not, and its clock is ahead by as much.
    slept: AtomicU64,
    /// When its clock is next to wake it, in nanoseconds of that clock.
    alarm: AtomicU64,
}

impl Time {
    pub(crate) fn new(limit: Duration) -> Self {
        Self {
            limit,
            began: Instant::now(),
            computed: AtomicU64::new(0),
            slept: AtomicU64::new(0),
            alarm: AtomicU64::new(u64::MAX),
        }
    }

    /// Computes for the guest, on this thread and at its expense.
    pub(crate) fn compute<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = processor();
        let value = work();
        let taken = processor().saturating_sub(before);
        self.computed.fetch_add(nanos(taken), Ordering::Relaxed);
        value
    }

    /// What is used up.
    pub(crate) fn used(&self) -> Duration {
        let computed = self.computed.load(Ordering::Relaxed);
        Duration::from_nanos(computed.saturating_add(self.slept.load(Ordering::Relaxed)))
    }

    /// What is used up, once that is more than there was.
    pub(crate) fn is_over(&self) -> bool {
        self.used() >= self.limit
    }

    /// Why a guest whose time is over is stopped.
    pub(crate) fn over(&self) -> Stop {
        Stop::Deadline(self.limit.as_millis())
    }

    /// The guest's own clock, from its beginning.
    pub(crate) fn clock(&self) -> Duration {
        self.began.elapsed() + Duration::from_nanos(self.slept.load(Ordering::Relaxed))
    }

    /// The guest is to be woken when its clock says `at`, if nothing wakes it before.
    pub(crate) fn wake_at(&self, at: Duration) {
        self.alarm.fetch_min(nanos(at), Ordering::Relaxed);
    }

    pub(crate) fn forget_alarm(&self) {
        self.alarm.store(u64::MAX, Ordering::Relaxed);
    }

    /// Sets the guest's clock forward to its alarm, at its expense.
    ///
    /// # Errors
    /// When that is more than it has left.
    pub(crate) fn sleep_until_alarm(&self) -> Result<(), Stop> {
        let at = Duration::from_nanos(self.alarm.load(Ordering::Relaxed));
        let ahead = at.saturating_sub(self.clock());
        if self.used().saturating_add(ahead) >= self.limit {
            return Err(self.over());
        }
        self.slept.fetch_add(nanos(ahead), Ordering::Relaxed);
        Ok(())
    }
}

/// Runs a guest at the expense of its time, and ends it once that is over. A guest gives way at each
/// tick, so that it is asked often.
pub(crate) async fn metered<T>(
    time: &Time,
    guest: impl Future<Output = wasmtime::Result<T>>,
) -> wasmtime::Result<T> {
    let mut guest = pin!(guest);
    poll_fn(|context| {
        let polled = time.compute(|| guest.as_mut().poll(context));
        if polled.is_pending() && time.is_over() {
            return Poll::Ready(Err(wasmtime::Error::new(time.over())));
        }
        polled
    })
    .await
}

/// What this thread has computed so far.
pub(crate) fn processor() -> Duration {
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
        let time = Time::new(LIMIT);
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
        assert!(matches!(stop, Stop::Deadline(250)), "{stop}");
    }

    #[test]
    fn what_no_alarm_wakes_is_over() {
        assert!(Time::new(LIMIT).sleep_until_alarm().is_err());
    }

    #[test]
    fn computing_is_charged_and_waiting_is_not() {
        let time = Time::new(Duration::from_millis(2));
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
