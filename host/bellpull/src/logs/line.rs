use std::io::{self, Write};

use bellpull_core::{limits, text};
use tracing_subscriber::fmt::MakeWriter;

use crate::settings::LogFormat;

/// Writes lines of bounded length without control characters. A tenant's name of an object or a file must
/// neither forge another line nor control a terminal.
#[derive(Clone, Copy)]
pub(super) struct LogLines<W> {
    pub(super) format: LogFormat,
    pub(super) open: fn() -> W,
}

impl<W: Write> MakeWriter<'_> for LogLines<W> {
    type Writer = LogLine<W>;

    fn make_writer(&self) -> LogLine<W> {
        LogLine {
            format: self.format,
            to: (self.open)(),
        }
    }
}

/// One line, written by one call.
pub(super) struct LogLine<W> {
    format: LogFormat,
    to: W,
}

impl<W: Write> Write for LogLine<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.to.write_all(bounded(line, self.format).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

fn bounded(line: &[u8], format: LogFormat) -> String {
    let line = String::from_utf8_lossy(line);
    let line = line.strip_suffix('\n').unwrap_or(&line);
    let line = match format {
        // JSON has no control characters.
        LogFormat::Json if line.len() <= limits::LOG_LINE => line.to_owned(),
        LogFormat::Json => {
            let start = text::printable(line, limits::LOG_LINE / 2);
            serde_json::json!({ "cut": start }).to_string()
        }
        LogFormat::Text => text::printable(line, limits::LOG_LINE),
    };
    line + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_and_bounded() {
        let long = "x".repeat(100 << 10);
        let json = format!("{{\"message\":\"{long}\"}}\n");
        for (line, format, shown) in [
            ("all is well\n", LogFormat::Text, "all is well\n"),
            (
                "a\nERROR forged\x1b[2J\n",
                LogFormat::Text,
                "a\\nERROR forged\\u{1b}[2J\n",
            ),
            (
                "{\"a\":\"b\\nc\"}\n",
                LogFormat::Json,
                "{\"a\":\"b\\nc\"}\n",
            ),
            (&long, LogFormat::Text, "xxx"),
            (&json, LogFormat::Json, "{\"cut\":\"{\\\"message"),
        ] {
            let written = bounded(line.as_bytes(), format);
            assert!(written.starts_with(shown), "{written:.100}");
            assert!(written.len() <= limits::LOG_LINE + 64, "{}", written.len());
            assert_eq!(written.matches('\n').count(), 1, "{written:.100}");
            if matches!(format, LogFormat::Json) {
                serde_json::from_str::<serde_json::Value>(&written).unwrap();
            }
        }
    }
}
