//! How long a test waits for what should come. Every wait of the tests ends by this bound.

use std::time::{Duration, Instant};

/// How long a condition is awaited before a test says that it does not come. It is far longer than
/// any of them takes: a machine that is busy fails no test.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// How often a condition is looked at of which nothing tells, such as another process's. A look
/// without a pause would take the processor that the process needs.
const INTERVAL: Duration = Duration::from_millis(10);

/// Looks until something is there, or patience is over.
pub fn found<T>(look: impl FnMut() -> Option<T>) -> Option<T> {
    found_at(INTERVAL, look)
}

fn found_at<T>(interval: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        let found = look();
        if found.is_some() || start.elapsed() >= PATIENCE {
            return found;
        }
        std::thread::sleep(interval);
    }
}

/// Looks until a condition holds, or patience is over: whether it holds.
pub fn comes(mut condition: impl FnMut() -> bool) -> bool {
    found(|| condition().then_some(())).is_some()
}

/// As [`comes`], for a look that costs the observed process something: with this time between two.
pub fn comes_at(interval: Duration, mut condition: impl FnMut() -> bool) -> bool {
    found_at(interval, || condition().then_some(())).is_some()
}

/// As [`comes`], in a task.
pub async fn comes_in_task<F>(mut condition: impl FnMut() -> F) -> bool
where
    F: Future<Output = bool>,
{
    let looking = async {
        while !condition().await {
            tokio::time::sleep(INTERVAL).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.is_ok()
}
