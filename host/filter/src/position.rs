use std::fmt;

use cel::common::ast::SourceInfo;

/// A place in the source of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePosition {
    /// From 1.
    pub line: usize,
    /// From 1, in code points.
    pub column: usize,
    /// The whole line of the source.
    pub text: String,
}

/// How much of a long line is shown before the column and after it, code points.
const SHOWN: usize = 60;

impl SourcePosition {
    /// Nothing when the line or the column is 0.
    pub(crate) fn new(source: &str, line: usize, column: usize) -> Option<Self> {
        let text = source.lines().nth(line.checked_sub(1)?);
        (column > 0).then(|| Self {
            line,
            column,
            text: text.unwrap_or_default().to_owned(),
        })
    }

    /// Of the part with this id.
    pub(crate) fn of_part(source: &str, source_info: &SourceInfo, id: u64) -> Self {
        let offset = source_info.offset_for(id).map_or(0, |(start, _)| start);
        Self::of_byte(source, usize::try_from(offset).unwrap_or(usize::MAX))
    }

    fn of_byte(source: &str, offset: usize) -> Self {
        let before = source.get(..offset).unwrap_or(source);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.matches('\n').count() + 1;
        Self {
            line,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            text: source.lines().nth(line - 1).unwrap_or_default().to_owned(),
        }
    }
}

/// The line of the source, and a caret under the column.
impl fmt::Display for SourcePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = self.column.saturating_sub(1);
        let skipped = before.saturating_sub(SHOWN);
        let length = self.text.chars().count();
        let kept = (before - skipped + SHOWN).min(length.saturating_sub(skipped));
        let (head, tail) = (
            if skipped > 0 { "…" } else { "" },
            if skipped + kept < length { "…" } else { "" },
        );
        let line: String = self
            .text
            .chars()
            .skip(skipped)
            .take(kept)
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .collect();
        writeln!(f, "  | {head}{line}{tail}")?;
        let indent = before - skipped + head.chars().count();
        write!(f, "  | {:indent$}^", "")
    }
}
