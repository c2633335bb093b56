use cel::common::types::{CelBytes, CelList, CelMap, CelOptional, CelString};
use cel::common::value::Val;

use super::{List, Map};
use crate::meter::price_of_bytes;

/// The steps of copying a value. The lists and maps of documents are shared, not copied.
pub(crate) fn copy_cost(of: &dyn Val) -> u64 {
    if let Some(text) = of.downcast_ref::<CelString<'_>>() {
        price_of_bytes(text.inner().len())
    } else if let Some(bytes) = of.downcast_ref::<CelBytes<'_>>() {
        price_of_bytes(bytes.inner().len())
    } else {
        of_parts(of, copy_cost)
    }
}

/// The steps of reading a whole value.
pub(crate) fn read_cost(of: &dyn Val) -> u64 {
    if let Some(list) = of.downcast_ref::<List>() {
        list.read_cost()
    } else if let Some(map) = of.downcast_ref::<Map>() {
        map.read_cost()
    } else if of.downcast_ref::<CelString<'_>>().is_some()
        || of.downcast_ref::<CelBytes<'_>>().is_some()
    {
        copy_cost(of)
    } else {
        of_parts(of, read_cost)
    }
}

fn of_parts(of: &dyn Val, weight_of: impl Fn(&dyn Val) -> u64) -> u64 {
    if let Some(list) = of.downcast_ref::<CelList<'_>>() {
        let parts = list
            .inner()
            .iter()
            .map(|element| weight_of(element.as_ref()));
        1 + parts.sum::<u64>()
    } else if let Some(map) = of.downcast_ref::<CelMap<'_>>() {
        let entries = map.inner().iter();
        let parts = entries.map(|(key, value)| weight_of(key.inner()) + weight_of(value.as_ref()));
        1 + parts.sum::<u64>()
    } else if let Some(value) = of
        .downcast_ref::<CelOptional<'_>>()
        .and_then(CelOptional::option)
    {
        1 + weight_of(value)
    } else {
        1
    }
}
