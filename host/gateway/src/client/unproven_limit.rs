use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use bellpull_core::limits;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota};
use moka::sync::Cache;

use super::network::ClientNetwork;

/// After this time without a delivery, every bucket is full again.
const REFILL: Duration = Duration::from_secs(60);

/// Limits the deliveries from one source that prove nothing: a bucket of tokens for each source.
pub(crate) struct UnprovenLimit {
    quota: Quota,
    clock: DefaultClock,
    /// The source that was seen least makes room for another one.
    buckets: Cache<ClientNetwork, Arc<DefaultDirectRateLimiter>>,
}

impl UnprovenLimit {
    /// `per_minute` is how many may come within a minute, all at once or one after another.
    pub(crate) fn new(per_minute: NonZeroU32) -> Self {
        Self {
            quota: Quota::per_minute(per_minute),
            clock: DefaultClock::default(),
            buckets: Cache::builder()
                .max_capacity(limits::LIMITED_SOURCES as u64)
                .time_to_idle(REFILL)
                .build(),
        }
    }

    /// Counts a delivery that has proven nothing.
    ///
    /// # Errors
    /// When there were too many: the seconds until one more is not.
    pub(crate) fn count(&self, address: IpAddr) -> Result<(), u64> {
        let source = ClientNetwork::of(address);
        let full = || Arc::new(DefaultDirectRateLimiter::direct(self.quota));
        let bucket = self.buckets.get_with(source, full);
        bucket.check().map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            wait.as_secs() + 1
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn counted(limit: &UnprovenLimit, address: &str) -> Result<(), u64> {
        limit.count(address.parse().unwrap())
    }

    #[test]
    fn each_source_has_a_bucket_of_its_own() {
        let limit = UnprovenLimit::new(NonZeroU32::new(2).unwrap());
        for (source, neighbour) in [
            ("192.0.2.1", "192.0.2.2"),
            ("2001:db8::1", "2001:db8:0:1::1"),
        ] {
            assert_eq!(counted(&limit, source), Ok(()), "{source}");
            assert_eq!(counted(&limit, source), Ok(()), "{source}");
            let wait = counted(&limit, source).unwrap_err();
            assert!((1..=31).contains(&wait), "{source}: {wait}");
            assert_eq!(counted(&limit, neighbour), Ok(()), "{neighbour}");
        }
        // The same source, written otherwise.
        for same in ["::ffff:192.0.2.1", "2001:db8::2"] {
            assert!(counted(&limit, same).is_err(), "{same}");
        }
    }

    #[test]
    fn more_sources_than_there_is_room_for_make_room_for_each_other() {
        let limit = UnprovenLimit::new(NonZeroU32::MIN);
        for source in 0..100_000 {
            let _ = limit.count(Ipv4Addr::from_bits(source).into());
        }
        limit.buckets.run_pending_tasks();
        let kept = limit.buckets.entry_count();
        let most = limits::LIMITED_SOURCES as u64;
        assert!((1..=most).contains(&kept), "{kept} of {most}");
    }
}
