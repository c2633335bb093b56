//! The place of a part in the source. The parser keeps only one token of each part: the bracket of
//! a call, the dot of a selection, the operator of an operation.

use std::ops::Range;

use cel::IdedExpr;
use cel::common::ast::{Expr, SourceInfo};

use crate::syntax_tree;

/// From the first letter of a part to the last, with its brackets.
pub(crate) fn span_of(part: &IdedExpr, source_info: &SourceInfo, source: &str) -> Range<usize> {
    let (mut first, mut last) = (source.len(), 0);
    extent(part, source_info, &mut first, &mut last);
    let (start, end) = (first, (last + 1).clamp(first, source.len()));
    let end = (end..source.len())
        .find(|at| source.is_char_boundary(*at))
        .unwrap_or(source.len());
    let span = with_name_before(part, start..end, source);
    balanced(with_name_after(span, source), source)
}

/// Widens the range to the tokens of a part and of all parts in it.
fn extent(part: &IdedExpr, source_info: &SourceInfo, first: &mut usize, last: &mut usize) {
    if let Some((from, to)) = source_info.offset_for(part.id).filter(|_| part.id != 0) {
        *first = (*first).min(usize::try_from(from).unwrap_or(usize::MAX));
        *last = (*last).max(usize::try_from(to).unwrap_or(0));
    }
    for child in syntax_tree::children(part) {
        extent(child, source_info, first, last);
    }
}

fn is_of_name(letter: char) -> bool {
    letter == '_' || letter == '.' || letter.is_ascii_alphanumeric()
}

/// When the first token of a call is its bracket, its name stands before that.
fn with_name_before(part: &IdedExpr, span: Range<usize>, source: &str) -> Range<usize> {
    let before = source.get(..span.start).unwrap_or_default();
    let opens = source
        .get(span.clone())
        .is_some_and(|text| text.starts_with('('));
    if opens && matches!(part.expr, Expr::Call(_)) {
        let name = before.trim_end().trim_end_matches(is_of_name);
        return name.len()..span.end;
    }
    span
}

/// When the last token of a selection is its dot, its name stands after that.
fn with_name_after(span: Range<usize>, source: &str) -> Range<usize> {
    let after = source.get(span.end..).unwrap_or_default();
    if !source
        .get(span.clone())
        .is_some_and(|text| text.ends_with('.'))
    {
        return span;
    }
    let name = after.trim_start_matches('?').trim_start();
    let rest = name.trim_start_matches(|letter: char| is_of_name(letter) && letter != '.');
    span.start..source.len() - rest.len()
}

/// Adds the brackets around operands, which have no token.
fn balanced(span: Range<usize>, source: &str) -> Range<usize> {
    let Range { mut start, end } = span;
    let mut open = 0_usize;
    let mut quote = None;
    let mut escaped = false;
    let letters = source.get(start..).unwrap_or_default().char_indices();
    let from = start;
    for (at, letter) in letters.map(|(at, letter)| (from + at, letter)) {
        if at >= end && open == 0 {
            return start..at;
        }
        match (quote, letter) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(opened), letter) if letter == opened => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '(' | '[' | '{') => open += 1,
            (None, ')' | ']' | '}') if open > 0 => open -= 1,
            (None, ')') => {
                // It was opened right before the first operand.
                let before = source.get(..start).unwrap_or_default().trim_end();
                start = before.strip_suffix('(').map_or(start, str::len);
            }
            (None, _) => {}
        }
    }
    start..source.len()
}
