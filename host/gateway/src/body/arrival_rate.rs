use bellpull_core::limits;
use tokio::time::Instant;

/// Checks that a body arrives fast enough: at least [`limits::LEAST_ARRIVAL`] bytes in each
/// [`limits::ARRIVAL_WINDOW`].
pub(crate) struct ArrivalRate {
    until: Instant,
    missing: usize,
}

impl ArrivalRate {
    pub(crate) fn begin() -> Self {
        Self {
            until: Instant::now() + limits::ARRIVAL_WINDOW,
            missing: limits::LEAST_ARRIVAL,
        }
    }

    /// When the current window ends.
    pub(crate) fn until(&self) -> Instant {
        self.until
    }

    pub(crate) fn arrived(&mut self, bytes: usize) {
        self.missing = self.missing.saturating_sub(bytes);
    }

    /// Whether enough bytes have arrived by the end of the window. If so, the next window begins.
    pub(crate) fn is_kept(&mut self) -> bool {
        let now = Instant::now();
        if now < self.until {
            return true;
        }
        let kept = self.missing == 0;
        if kept {
            *self = Self::begin();
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a body is fast enough that sends `bytes` in each second.
    async fn is_kept_by(bytes: usize, seconds: usize) -> bool {
        let mut rate = ArrivalRate::begin();
        for _ in 0..seconds {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            rate.arrived(bytes);
            if !rate.is_kept() {
                return false;
            }
        }
        true
    }

    #[tokio::test(start_paused = true)]
    async fn a_kibibyte_a_second_is_enough() {
        for (bytes, seconds, kept) in [
            (1 << 10, 60, true),
            ((1 << 10) - 1, 60, false),
            (0, 9, true),
            (0, 11, false),
        ] {
            let said = is_kept_by(bytes, seconds).await;
            assert_eq!(said, kept, "{bytes} bytes in each of {seconds} s");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn much_at_once_lasts_for_its_window_alone() {
        let mut rate = ArrivalRate::begin();
        rate.arrived(100 << 20);
        tokio::time::sleep_until(rate.until()).await;
        assert!(rate.is_kept());
        tokio::time::sleep_until(rate.until()).await;
        assert!(!rate.is_kept());
    }
}
