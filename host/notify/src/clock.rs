use std::sync::atomic::{AtomicI64, Ordering};

use bellpull_core::Timestamp;

/// Gives each attempt a later time. An annotation with an equal value would be no change, and
/// clocks may stand still or go back.
#[derive(Default)]
pub(crate) struct RequestClock {
    last: AtomicI64,
}

impl RequestClock {
    pub(crate) fn next(&self) -> Timestamp {
        self.next_from(Timestamp::now())
    }

    pub(crate) fn next_from(&self, now: Timestamp) -> Timestamp {
        // 64 bits of nanoseconds last until the year 2262.
        let wall = i64::try_from(now.as_nanosecond()).unwrap_or(i64::MAX);
        let after = |last: i64| wall.max(last.saturating_add(1));
        let mut last = self.last.load(Ordering::Relaxed);
        loop {
            let next = after(last);
            match self
                .last
                .compare_exchange_weak(last, next, Ordering::Relaxed, Ordering::Relaxed)
            {
                Ok(_) => return Timestamp::from_nanosecond(next.into()).unwrap_or(now),
                Err(current) => last = current,
            }
        }
    }
}
