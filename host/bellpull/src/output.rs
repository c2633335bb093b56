//! Prints results on stdout, and errors and notes on stderr.

use std::fmt;
use std::io::{self, Write as _};

use bellpull_core::text::{printable, printable_lines};

/// Longest text of an error or a cell, bytes: enough for a chain of causes.
const MAX_TEXT: usize = 8 << 10;

/// Writing to stdout failed. The type tells this apart from other broken pipes, such as a connection.
#[derive(Debug)]
pub(crate) struct StdoutError(io::Error);

impl StdoutError {
    /// Whether the reader has gone, as after `| head`.
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

/// Prints one line.
///
/// # Errors
/// When stdout cannot be written.
pub(crate) fn line(text: &str) -> Result<(), StdoutError> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.write_all(b"\n")?)
}

/// Prints bytes unchanged.
///
/// # Errors
/// When stdout cannot be written.
pub(crate) fn bytes(bytes: &[u8]) -> Result<(), StdoutError> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    // At the end of the process a failure to flush would go unnoticed.
    Ok(stdout.flush()?)
}

/// Prints an error with its causes on stderr.
pub(crate) fn error(error: &anyhow::Error) {
    let text: Vec<String> = format!("{error:#}")
        .lines()
        .map(|line| printable(line, MAX_TEXT))
        .collect();
    note(&format!("error: {}", text.join("\n")));
}

/// Prints a note beside the result, on stderr.
pub(crate) fn note(text: &str) {
    // A failure of stderr cannot be reported anywhere.
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// A table as kubectl prints it: columns three spaces apart, without rules.
pub(crate) struct Table {
    rows: Vec<TableLine>,
    /// Of the columns so far, in characters.
    widths: Vec<usize>,
}

enum TableLine {
    Cells(Vec<String>),
    Note(String),
}

impl Table {
    pub(crate) fn new(header: &[&str]) -> Self {
        let header = header.iter().map(|cell| (*cell).to_owned()).collect();
        Self {
            rows: vec![TableLine::Cells(header)],
            widths: Vec::new(),
        }
    }

    /// A table without a header.
    pub(crate) fn plain() -> Self {
        Self {
            rows: Vec::new(),
            widths: Vec::new(),
        }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells = cells
            .into_iter()
            .map(|cell| printable(&cell, MAX_TEXT))
            .collect();
        self.rows.push(TableLine::Cells(cells));
    }

    /// Adds lines of text under the last row.
    pub(crate) fn note(&mut self, text: &str) {
        self.rows
            .push(TableLine::Note(printable_lines(text, MAX_TEXT)));
    }

    /// Prints the rows that have not been printed. Later ones are at least as wide.
    pub(crate) fn print(&mut self) -> Result<(), StdoutError> {
        let Self { rows, widths } = self;
        for row in &*rows {
            let TableLine::Cells(cells) = row else {
                continue;
            };
            widths.resize(widths.len().max(cells.len()), 0);
            for (width, cell) in widths.iter_mut().zip(cells) {
                *width = (*width).max(cell.chars().count());
            }
        }
        for row in std::mem::take(rows) {
            let text = match &row {
                TableLine::Note(text) => text.clone(),
                TableLine::Cells(cells) => cells
                    .iter()
                    .zip(&*widths)
                    .map(|(cell, width)| format!("{cell:width$}   "))
                    .collect::<String>(),
            };
            line(text.trim_end())?;
        }
        Ok(())
    }
}
