use std::future::Future;

use shuttle::scheduler::DfsScheduler;
use shuttle::{Config, Runner};

use super::clock::Clock;
use super::tasks;

/// Runs a scenario in every interleaving of its tasks, and prints how many there were.
#[expect(clippy::print_stdout, reason = "whoever asks sees how much was tried")]
pub(super) fn every_interleaving<F: Future<Output = ()>>(
    what: &str,
    scenario: impl Fn(Clock) -> F + Send + Sync + 'static,
) {
    let clock = Clock::new();
    let mut config = Config::new();
    // Frames of a build for tests are large.
    config.stack_size = 1 << 18;
    let runner = Runner::new(DfsScheduler::new(None, false), config);
    let tried = clock.clone().within(|| {
        runner.run(move || {
            let clock = clock.clone();
            tasks::run(scenario(clock));
        })
    });
    println!("{what}: {tried} interleavings");
    assert!(tried > 1, "{what}: nothing was interleaved");
}
