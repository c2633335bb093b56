use std::io::{self, Write};

use bellpull_core::{limits, text};
use tracing_subscriber::fmt::MakeWriter;

/// Writes lines of JSON of bounded length. JSON has no control characters.
#[derive(Clone, Copy)]
pub(super) struct BoundedJson<W> {
    pub(super) open: fn() -> W,
}

impl<W: Write> MakeWriter<'_> for BoundedJson<W> {
    type Writer = BoundedJsonLine<W>;

    fn make_writer(&self) -> BoundedJsonLine<W> {
        BoundedJsonLine((self.open)())
    }
}

/// One line, written by one call.
pub(super) struct BoundedJsonLine<W>(W);

impl<W: Write> Write for BoundedJsonLine<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(bounded(line).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn bounded(line: &[u8]) -> String {
    let line = String::from_utf8_lossy(line);
    let line = line.strip_suffix('\n').unwrap_or(&line);
    let line = if line.len() <= limits::LOG_LINE {
        line.to_owned()
    } else {
        let start = text::printable(line, limits::LOG_LINE / 2);
        serde_json::json!({ "cut": start }).to_string()
    };
    line + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_and_bounded() {
        let long = format!("{{\"message\":\"{}\"}}\n", "x".repeat(100 << 10));
        for (line, shown) in [
            ("{\"a\":\"b\\nc\"}\n", "{\"a\":\"b\\nc\"}\n"),
            (&long, "{\"cut\":\"{\\\"message"),
        ] {
            let written = bounded(line.as_bytes());
            assert!(written.starts_with(shown), "{written:.100}");
            assert!(written.len() <= limits::LOG_LINE + 64, "{}", written.len());
            assert_eq!(written.matches('\n').count(), 1, "{written:.100}");
            serde_json::from_str::<serde_json::Value>(&written).unwrap();
        }
    }
}
