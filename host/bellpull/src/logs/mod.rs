//! The log of a process, on stderr.

mod level;
mod line;

pub(crate) use level::LevelHandle;
use line::LogLines;
use tracing_subscriber::prelude::*;

use crate::settings::{LogFormat, LogLevel};

/// Sends the log to stderr from now on. The handle changes its level.
pub(crate) fn start(format: LogFormat, level: LogLevel) -> LevelHandle {
    let (filter, handle) = LevelHandle::new(level);
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(LogLines {
            format,
            open: std::io::stderr,
        })
        .with_ansi(false);
    let registry = tracing_subscriber::registry();
    let started = match format {
        LogFormat::Json => {
            let layer = layer.json().flatten_event(true).with_current_span(false);
            registry
                .with(layer.with_span_list(false).with_filter(filter))
                .try_init()
        }
        LogFormat::Text => registry.with(layer.with_filter(filter)).try_init(),
    };
    // Tests start it twice in one process; the first start counts.
    drop(started);
    handle
}
