//! What is said on stdout and stderr beside the log.

use std::fmt;
use std::io::{self, Write as _};

use bellpull_core::text::{printable, printable_lines};

/// Bytes of an error's text: long enough for a chain of causes.
const ERROR: usize = 8 << 10;

/// Why stdout did not take what was written. It is told apart from what else breaks, a connection
/// for example.
#[derive(Debug)]
pub(crate) struct StdoutError(io::Error);

impl StdoutError {
    /// Whether nobody reads any more, as after `| head`.
    pub(crate) fn reader_is_gone(&self) -> bool {
        self.0.kind() == io::ErrorKind::BrokenPipe
    }
}

impl From<io::Error> for StdoutError {
    fn from(error: io::Error) -> Self {
        Self(error)
    }
}

impl fmt::Display for StdoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for StdoutError {}

/// One line on stdout.
///
/// # Errors
/// When stdout does not take it.
pub(crate) fn line(text: &str) -> Result<(), StdoutError> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.write_all(b"\n")?)
}

/// Bytes on stdout as they are.
///
/// # Errors
/// When stdout does not take them.
pub(crate) fn bytes(bytes: &[u8]) -> Result<(), StdoutError> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    // What follows the last line end would wait for the end of the process, which tells nobody.
    Ok(stdout.flush()?)
}

/// An error with its causes on stderr.
pub(crate) fn error(error: &anyhow::Error) {
    let text: Vec<String> = format!("{error:#}")
        .lines()
        .map(|line| printable(line, ERROR))
        .collect();
    note(&format!("error: {}", text.join("\n")));
}

/// Something beside the result, on stderr.
pub(crate) fn note(text: &str) {
    // Nowhere is left to report that stderr is gone.
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// Columns as kubectl prints them: three spaces between, no lines.
pub(crate) struct Table {
    rows: Vec<Line>,
}

enum Line {
    Cells(Vec<String>),
    Note(String),
}

impl Table {
    pub(crate) fn new(header: &[&str]) -> Self {
        let header = header.iter().map(|cell| (*cell).to_owned()).collect();
        Self {
            rows: vec![Line::Cells(header)],
        }
    }

    /// A table without a header.
    pub(crate) fn plain() -> Self {
        Self { rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells = cells
            .into_iter()
            .map(|cell| printable(&cell, ERROR))
            .collect();
        self.rows.push(Line::Cells(cells));
    }

    /// Lines of their own under the last row.
    pub(crate) fn note(&mut self, text: &str) {
        self.rows.push(Line::Note(printable_lines(text, ERROR)));
    }

    pub(crate) fn print(&self) -> Result<(), StdoutError> {
        let mut widths: Vec<usize> = Vec::new();
        for row in &self.rows {
            let Line::Cells(cells) = row else { continue };
            widths.resize(widths.len().max(cells.len()), 0);
            for (width, cell) in widths.iter_mut().zip(cells) {
                *width = (*width).max(cell.chars().count());
            }
        }
        for row in &self.rows {
            let text = match row {
                Line::Note(text) => text.clone(),
                Line::Cells(cells) => cells
                    .iter()
                    .zip(&widths)
                    .map(|(cell, width)| format!("{cell:width$}   "))
                    .collect::<String>(),
            };
            line(text.trim_end())?;
        }
        Ok(())
    }
}
