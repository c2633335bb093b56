//! How long answers took, in a memory that does not grow with their number.

use std::collections::BTreeMap;
use std::time::Duration;

/// The ratio of two neighbouring classes: a percentile is told with this precision.
const STEP: f64 = 1.05;

/// Counts of durations by class.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Times {
    classes: BTreeMap<i32, u64>,
    count: u64,
}

impl Times {
    pub(super) fn add(&mut self, time: Duration) {
        let micros = time.as_secs_f64().max(1e-6) * 1e6;
        let class = (micros.ln() / STEP.ln()).ceil() as i32;
        *self.classes.entry(class).or_default() += 1;
        self.count += 1;
    }

    /// The time that so many of a hundred stayed within; zero without any.
    pub(in super::super) fn percentile(&self, of_hundred: u64) -> Duration {
        let wanted = (self.count * of_hundred).div_ceil(100).max(1);
        let mut counted = 0;
        let class = self.classes.iter().find(|(_, count)| {
            counted += *count;
            counted >= wanted
        });
        class.map_or(Duration::ZERO, |(class, _)| {
            Duration::from_secs_f64(STEP.powi(*class) / 1e6)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Times;
    use std::time::Duration;

    #[test]
    fn a_percentile_is_told_within_a_twentieth() {
        let mut times = Times::default();
        for millis in 1..=100 {
            times.add(Duration::from_millis(millis));
        }
        for (of, millis) in [(50, 50.0), (99, 99.0), (100, 100.0)] {
            let told = times.percentile(of).as_secs_f64() * 1e3;
            assert!((millis..millis * 1.06).contains(&told), "{of}: {told}");
        }
        assert_eq!(Times::default().percentile(99), Duration::ZERO);
    }
}
