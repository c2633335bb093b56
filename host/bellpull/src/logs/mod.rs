//! The log of a process, on stderr.

mod json_line;
mod level;
mod text_line;

use std::io::stderr;

use anstream::{AutoStream, ColorChoice};
use json_line::BoundedJson;
pub(crate) use level::LevelHandle;
use text_line::TextLines;
use tracing_subscriber::prelude::*;

use crate::settings::{LogFormat, LogLevel};

/// Sends the log to stderr from now on. The handle changes its level.
pub(crate) fn start(format: LogFormat, level: LogLevel) -> LevelHandle {
    let (filter, handle) = LevelHandle::new(level);
    let layer = tracing_subscriber::fmt::layer().with_ansi(false);
    let registry = tracing_subscriber::registry();
    let started = match format {
        LogFormat::Json => {
            let layer = layer.json().flatten_event(true).with_current_span(false);
            let layer = layer.with_writer(BoundedJson { open: stderr });
            registry
                .with(layer.with_span_list(false).with_filter(filter))
                .try_init()
        }
        LogFormat::Text => {
            // Of a terminal, unless NO_COLOR or TERM says otherwise.
            let colours = AutoStream::choice(&stderr()) != ColorChoice::Never;
            let layer = layer
                .event_format(TextLines { colours })
                .with_writer(stderr);
            registry.with(layer.with_filter(filter)).try_init()
        }
    };
    // Tests start it twice in one process; the first start counts.
    drop(started);
    handle
}
