//! How far transfers and compilations are, on stderr if that is a terminal. Nothing is written into a pipe.

use std::time::Duration;

use bellpull_registry::{Direction, TransferWatch, WatchedTransfer};
use indicatif::{BinaryBytes, ProgressBar, ProgressStyle};

/// What is shorter is there before it could be read.
const SHOWN_FROM: u64 = 256 << 10;
const TICK: Duration = Duration::from_millis(100);

/// A line that is there until the value is dropped.
pub(crate) struct ProgressLine(ProgressBar);

impl ProgressLine {
    /// A line that shows how long something takes.
    pub(crate) fn of_time(what: &str) -> Self {
        Self::started(
            ProgressBar::new_spinner(),
            what,
            "{spinner} {msg}, {elapsed}",
        )
    }

    /// A line that shows how many of some bytes have come.
    fn of_bytes(what: &str, bytes: u64) -> Self {
        let template =
            "{spinner} {msg} [{bar:30}] {binary_bytes} of {binary_total_bytes}, {eta} left";
        Self::started(ProgressBar::new(bytes), what, template)
    }

    /// A line that shows nothing.
    pub(crate) fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    fn started(bar: ProgressBar, what: &str, template: &str) -> Self {
        let style = ProgressStyle::with_template(template);
        let bar = bar.with_message(what.to_owned());
        let bar = match style {
            Ok(style) => bar.with_style(style.progress_chars("=> ")),
            Err(_) => bar,
        };
        bar.enable_steady_tick(TICK);
        Self(bar)
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Shows the transfers of a registry.
pub(crate) struct ShownTransfers;

impl TransferWatch for ShownTransfers {
    fn begin(&self, direction: Direction, bytes: u64) -> Box<dyn WatchedTransfer> {
        let line = match direction {
            _ if bytes < SHOWN_FROM => ProgressLine::hidden(),
            Direction::Download => ProgressLine::of_bytes("pulling", bytes),
            Direction::Upload => ProgressLine::of_time(&format!("pushing {}", BinaryBytes(bytes))),
        };
        Box::new(line)
    }
}

impl WatchedTransfer for ProgressLine {
    fn arrived(&mut self, bytes: u64) {
        self.0.set_position(bytes);
    }
}
