mod line;

use line::LogLines;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

use crate::settings::{LogFormat, LogLevel};

/// Sends the log to stderr. Only our own crates log, since a library might log a webhook path.
pub(crate) fn start(format: LogFormat, level: LogLevel) {
    let filter = Targets::new()
        .with_default(LevelFilter::OFF)
        .with_target("bellpull", LevelFilter::from(level));
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
}
