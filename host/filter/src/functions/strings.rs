//! The functions of the strings extension whose result can be much larger than their arguments, or
//! whose search is slow in cel. The rules are cel-go's (v0.27, `ext/strings.go`).

use cel::common::types::{CelInt, CelList, CelString, INT_TYPE, LIST_TYPE, STRING_TYPE};
use cel::common::value::{CowVal, Val};
use cel::{DeclarationError, Env, ExecutionError};

use super::arguments::{Args, CallResult, downcast, text_of};
use crate::meter::{price_of_bytes, spend};

/// The functions of cel that are replaced, and the names of their replacements.
pub(crate) const REPLACED: &[(&str, &str)] = &[
    ("indexOf", INDEX_OF),
    ("lastIndexOf", LAST_INDEX_OF),
    ("join", JOIN),
    ("replace", REPLACE),
    ("split", SPLIT),
];

const INDEX_OF: &str = "@indexOf";
const LAST_INDEX_OF: &str = "@lastIndexOf";
const JOIN: &str = "@join";
const REPLACE: &str = "@replace";
const SPLIT: &str = "@split";

pub(super) fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    let text = || STRING_TYPE;
    let mut member = |name: &str, id: &str, target, args, op| {
        env.add_member_overload(name, id, target, args, op)
    };
    member(INDEX_OF, "first", text(), vec![text()], index_of)?;
    member(
        INDEX_OF,
        "first from",
        text(),
        vec![text(), INT_TYPE],
        index_of,
    )?;
    member(LAST_INDEX_OF, "last", text(), vec![text()], last_index_of)?;
    member(
        LAST_INDEX_OF,
        "last to",
        text(),
        vec![text(), INT_TYPE],
        last_index_of,
    )?;
    member(JOIN, "joined", LIST_TYPE, vec![], join)?;
    member(JOIN, "joined by", LIST_TYPE, vec![text()], join)?;
    member(REPLACE, "all", text(), vec![text(), text()], replace)?;
    member(
        REPLACE,
        "some",
        text(),
        vec![text(), text(), INT_TYPE],
        replace,
    )?;
    member(SPLIT, "all", text(), vec![text()], split)?;
    member(SPLIT, "some", text(), vec![text(), INT_TYPE], split)
}

fn number_of(value: &dyn Val) -> Result<i64, ExecutionError> {
    downcast::<CelInt>(value).map(|number| *number.inner())
}

fn wrong<'b, 'v>(args: &[CowVal<'b, 'v>]) -> CallResult<'b, 'v> {
    Err(ExecutionError::invalid_argument_count(3, args.len()))
}

/// The byte where a code point begins. One past the last code point is the end of the text.
fn byte_of(text: &str, code_point: usize) -> Option<usize> {
    let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    starts.into_iter().nth(code_point)
}

fn code_point_of<'b, 'v>(text: &str, byte: Option<usize>) -> CowVal<'b, 'v> {
    let before = byte.and_then(|byte| text.get(..byte));
    let position = before.and_then(|before| i64::try_from(before.chars().count()).ok());
    CowVal::owned(CelInt::from(position.unwrap_or(-1)))
}

enum Offset {
    Byte(usize),
    /// The result is known without a search.
    Answer(i64),
}

fn offset(text: &str, needle: &str, offset: i64) -> Result<Offset, ExecutionError> {
    if needle.is_empty() {
        return Ok(Offset::Answer(offset));
    }
    let at = usize::try_from(offset).map_err(|_| {
        ExecutionError::function_error("indexOf", format!("index out of range: {offset}"))
    })?;
    let byte = byte_of(text, at).filter(|byte| *byte < text.len());
    Ok(byte.map_or(Offset::Answer(-1), Offset::Byte))
}

fn pay_to_search(text: &str, needle: &str) -> Result<(), ExecutionError> {
    spend(price_of_bytes(text.len()) + price_of_bytes(needle.len()))
}

fn index_of<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let (text, needle, from) = match args.as_slice() {
        [text, needle] => (text_of(text.as_ref())?, text_of(needle.as_ref())?, 0),
        [text, needle, from] => {
            let from = number_of(from.as_ref())?;
            let (text, needle) = (text_of(text.as_ref())?, text_of(needle.as_ref())?);
            pay_to_search(text, needle)?;
            match offset(text, needle, from)? {
                Offset::Answer(position) => return Ok(CowVal::owned(CelInt::from(position))),
                Offset::Byte(byte) => (text, needle, byte),
            }
        }
        other => return wrong(other),
    };
    pay_to_search(text, needle)?;
    let found = text.get(from..).and_then(|rest| rest.find(needle));
    Ok(code_point_of(text, found.map(|byte| byte + from)))
}

fn last_index_of<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let (text, needle, end) = match args.as_slice() {
        [text, needle] => {
            let text = text_of(text.as_ref())?;
            (text, text_of(needle.as_ref())?, text.len())
        }
        [text, needle, to] => {
            let to = number_of(to.as_ref())?;
            let (text, needle) = (text_of(text.as_ref())?, text_of(needle.as_ref())?);
            pay_to_search(text, needle)?;
            match offset(text, needle, to)? {
                Offset::Answer(position) => return Ok(CowVal::owned(CelInt::from(position))),
                Offset::Byte(byte) => (text, needle, (byte + needle.len()).min(text.len())),
            }
        }
        other => return wrong(other),
    };
    pay_to_search(text, needle)?;
    // A code point may extend past the end, and no match ends within one.
    let end = (0..=end).rev().find(|byte| text.is_char_boundary(*byte));
    let found = end
        .and_then(|end| text.get(..end))
        .and_then(|head| head.rfind(needle));
    Ok(code_point_of(text, found))
}

fn join<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let (list, separator) = match args.as_slice() {
        [list] => (list, ""),
        [list, separator] => (list, text_of(separator.as_ref())?),
        other => return wrong(other),
    };
    let mut joined = String::new();
    let elements = list.as_iterable();
    let elements = elements.ok_or_else(|| ExecutionError::no_such_overload("join", Vec::new()))?;
    let mut elements = elements.iter();
    let mut first = true;
    while let Some(element) = elements.next() {
        let text = text_of(element)?;
        spend(price_of_bytes(text.len() + separator.len()))?;
        if !first {
            joined.push_str(separator);
        }
        joined.push_str(text);
        first = false;
    }
    Ok(CowVal::owned(CelString::from(joined)))
}

fn replace<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let (text, old, new, at_most) = match args.as_slice() {
        [text, old, new] => (text, old, new, -1),
        [text, old, new, at_most] => (text, old, new, number_of(at_most.as_ref())?),
        other => return wrong(other),
    };
    let (text, old, new) = (
        text_of(text.as_ref())?,
        text_of(old.as_ref())?,
        text_of(new.as_ref())?,
    );
    let at_most = usize::try_from(at_most).unwrap_or(usize::MAX);
    pay_to_search(text, old)?;
    let times = text.matches(old).take(at_most).count();
    spend(price_of_bytes(
        times.saturating_mul(new.len()).saturating_add(text.len()),
    ))?;
    Ok(CowVal::owned(CelString::from(
        text.replacen(old, new, at_most),
    )))
}

fn split<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let (text, separator, at_most) = match args.as_slice() {
        [text, separator] => (text, separator, -1),
        [text, separator, at_most] => (text, separator, number_of(at_most.as_ref())?),
        other => return wrong(other),
    };
    let (text, separator) = (text_of(text.as_ref())?, text_of(separator.as_ref())?);
    let at_most = usize::try_from(at_most).unwrap_or(usize::MAX);
    let mut parts: Vec<Box<dyn Val + 'v>> = Vec::new();
    let mut keep = |part: &str| {
        spend(1 + price_of_bytes(part.len()))?;
        parts.push(Box::new(CelString::from(part.to_owned())));
        Ok::<(), ExecutionError>(())
    };
    if !separator.is_empty() {
        for part in text.splitn(at_most, separator) {
            keep(part)?;
        }
    } else if at_most > 0 {
        let mut rest = text;
        let mut kept = 0;
        while let Some(letter) = rest.chars().next().filter(|_| kept + 1 < at_most) {
            let (head, tail) = rest.split_at(letter.len_utf8());
            keep(head)?;
            kept += 1;
            rest = tail;
        }
        if !rest.is_empty() {
            keep(rest)?;
        }
    }
    Ok(CowVal::owned(CelList::from(parts)))
}
