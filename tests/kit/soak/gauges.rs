//! Memory, handles and threads of a replica over time.

use std::time::Instant;

/// The name and the unit of each gauge.
pub(super) const GAUGES: [&str; 3] = ["memory, KiB", "handles", "threads"];

/// How a value changes over time: a line by least squares, in a memory that does not grow.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Trend {
    pub(super) first: f64,
    pub(super) last: f64,
    count: f64,
    sum_x: f64,
    sum_y: f64,
    sum_xx: f64,
    sum_xy: f64,
}

impl Trend {
    /// A value at a time, in hours.
    pub(super) fn add(&mut self, hours: f64, value: f64) {
        if self.count == 0.0 {
            self.first = value;
        }
        self.last = value;
        self.count += 1.0;
        self.sum_x += hours;
        self.sum_y += value;
        self.sum_xx += hours * hours;
        self.sum_xy += hours * value;
    }

    /// The slope per hour; `None` without two times.
    pub(super) fn slope(&self) -> Option<f64> {
        let spread = self.count * self.sum_xx - self.sum_x * self.sum_x;
        let joint = self.count * self.sum_xy - self.sum_x * self.sum_y;
        (spread > f64::EPSILON).then(|| joint / spread)
    }
}

/// The gauges of one process.
#[derive(Clone, Debug)]
pub(super) struct Gauges {
    began: Instant,
    pub(super) trends: [Trend; 3],
}

impl Gauges {
    pub(super) fn new() -> Self {
        Self {
            began: Instant::now(),
            trends: [Trend::default(); 3],
        }
    }

    pub(super) fn add(&mut self, values: [u64; 3]) {
        let hours = self.began.elapsed().as_secs_f64() / 3600.0;
        for (trend, value) in self.trends.iter_mut().zip(values) {
            trend.add(hours, value as f64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Trend;

    #[test]
    fn the_slope_is_that_of_the_line() {
        let mut trend = Trend::default();
        assert_eq!(trend.slope(), None);
        for (x, y) in [(0.0, 5.0), (0.5, 6.0), (1.0, 7.0), (2.0, 9.0)] {
            trend.add(x, y);
        }
        let slope = trend.slope().unwrap();
        assert!((slope - 2.0).abs() < 1e-9, "{slope}");
        assert_eq!((trend.first, trend.last), (5.0, 9.0));
    }
}
