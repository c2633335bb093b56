use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use bellpull_core::names::is_label;
use bytesize::ByteSize;
use clap::ValueEnum;
use jiff::{Span, SpanRelativeTo};
use tracing::level_filters::LevelFilter;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One JSON object on each line
    Json,
    /// Text for people; Flux calls it `console`
    #[value(alias = "console")]
    Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    /// Failures
    Error,
    /// Also what an operator should look at
    Warn,
    /// Also each delivery and each change of a Receiver
    Info,
    /// Also the log of components
    Debug,
    /// Everything
    Trace,
}

impl LogLevel {
    /// The level of commands that serve nothing.
    pub const OFFLINE: Self = Self::Warn;
}

impl From<LogLevel> for LevelFilter {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
            LogLevel::Trace => Self::TRACE,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// A table of the most useful columns
    #[default]
    Table,
    /// A table of all columns
    Wide,
    /// JSON for programs
    Json,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TextFormat {
    /// Text for people
    #[default]
    Text,
    /// JSON for programs
    Json,
}

/// A program and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    /// A path, or a name that is looked up in `PATH`.
    pub program: String,
    pub arguments: Vec<String>,
}

pub(super) fn namespace(text: &str) -> Result<String, &'static str> {
    if is_label(text) {
        Ok(text.to_owned())
    } else {
        Err("is not the name of a namespace")
    }
}

/// Splits words as a POSIX shell does, with its quotes. Nothing is expanded.
pub(super) fn command_line(text: &str) -> Result<CommandLine, String> {
    let expected = "expected a program and its arguments, quoted as for a shell, such as \
                    \"./deploy.sh 'my app'\"";
    let words = shell_words::split(text).map_err(|error| format!("{error}; {expected}"))?;
    let mut words = words.into_iter();
    match words.next() {
        Some(program) if !program.is_empty() => Ok(CommandLine {
            program,
            arguments: words.collect(),
        }),
        _ => Err(expected.to_owned()),
    }
}

/// An address to listen on. `:9292` means every interface, as in Go and in Flux's flags.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let expected = "expected IP:PORT such as [::]:9292 or 127.0.0.1:9292, or :PORT";
    if let Some(port) = text.strip_prefix(':') {
        let port = port.parse().map_err(|_| expected.to_owned())?;
        return Ok(everywhere(port));
    }
    text.parse().map_err(|_| expected.to_owned())
}

/// An address that only this machine reaches.
pub(super) fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address = address(text)?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err("expected an address of loopback, such as 127.0.0.1:9441: whoever reaches it reads deliveries".to_owned())
    }
}

/// The address of this port on every interface.
pub(super) fn everywhere(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V6(Ipv6Addr::UNSPECIFIED), port)
}

/// The URL by which a command reaches a server on the same machine.
pub(super) fn on_loopback(port: u16) -> String {
    format!("http://{}", SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
}

/// A duration such as `10s`, `250ms`, `1m30s` or `7d`. A day has 24 hours.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let expected = "expected a duration such as 10s, 250ms or 1m30s";
    let span: Span = text.parse().map_err(|_| expected.to_owned())?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours());
    let duration = duration.map_err(|_| expected.to_owned())?;
    Duration::try_from(duration).map_err(|_| expected.to_owned())
}

/// A default for [`duration`] or [`timeout`], in the largest unit that leaves no rest.
pub(super) fn shown_duration(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    let days = milliseconds / 86_400_000;
    if days > 0 && milliseconds.is_multiple_of(86_400_000) {
        return format!("{days}d");
    }
    match (milliseconds / 60_000, milliseconds / 1000) {
        // One minute is easier to compare in seconds.
        (minutes @ 2.., _) if milliseconds.is_multiple_of(60_000) => format!("{minutes}m"),
        (_, seconds) if milliseconds.is_multiple_of(1000) => format!("{seconds}s"),
        _ => format!("{milliseconds}ms"),
    }
}

/// A duration that is not zero.
pub(super) fn timeout(text: &str) -> Result<Duration, String> {
    let duration = duration(text)?;
    if duration.is_zero() {
        Err("expected a duration above zero".to_owned())
    } else {
        Ok(duration)
    }
}

/// A number of bytes such as `3MiB`, `25MB` or `4096`.
pub(super) fn bytes(text: &str) -> Result<usize, String> {
    let expected = "expected a number of bytes such as 3MiB, 25MB or 4096, at least 1";
    let size: ByteSize = text.parse().map_err(|_| expected.to_owned())?;
    match usize::try_from(size.as_u64()) {
        Ok(0) | Err(_) => Err(expected.to_owned()),
        Ok(bytes) => Ok(bytes),
    }
}

/// A default for [`bytes`], in MiB if that leaves no rest.
pub(super) fn shown_bytes(bytes: usize) -> String {
    match bytes >> 20 {
        mebibytes @ 1.. if mebibytes << 20 == bytes => format!("{mebibytes}MiB"),
        _ => bytes.to_string(),
    }
}

/// A count from 1 to 65 536.
pub(super) fn count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count @ 1..=65_536) => Ok(count),
        _ => Err("expected a number from 1 to 65536".to_owned()),
    }
}

/// `NAME:VALUE`.
pub(super) fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("expected NAME:VALUE")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}
