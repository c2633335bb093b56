use cel::ExecutionError;
use cel::common::types::{CelOptional, Kind};
use cel::common::value::Val;

use super::copy_cost;
use crate::meter::spend;

/// Whether two values are equal, with any implementation of lists and maps. Pays as it goes. When
/// the account is exhausted it returns false, and the whole evaluation fails.
pub(crate) fn equal(left: &dyn Val, right: &dyn Val) -> bool {
    let kind = left.get_type().kind();
    match kind {
        Kind::List | Kind::Map if right.get_type().kind() != kind => false,
        Kind::List => equal_lists(left, right),
        Kind::Map => equal_maps(left, right),
        _ => {
            let optionals = left
                .downcast_ref::<CelOptional<'_>>()
                .zip(right.downcast_ref::<CelOptional<'_>>());
            if let Some((left, right)) = optionals {
                return match (left.option(), right.option()) {
                    (Some(left), Some(right)) => equal(left, right),
                    (left, right) => left.is_none() && right.is_none(),
                };
            }
            spend(copy_cost(left).min(copy_cost(right))).is_ok() && left.equals(right)
        }
    }
}

fn sizes_agree(left: &dyn Val, right: &dyn Val) -> bool {
    let size = |of: &dyn Val| of.as_sizer().map(|sizer| sizer.size());
    size(left) == size(right)
}

fn equal_lists(left: &dyn Val, right: &dyn Val) -> bool {
    let Some((left_elements, right_elements)) = left.as_iterable().zip(right.as_iterable()) else {
        return false;
    };
    if !sizes_agree(left, right) {
        return false;
    }
    let (mut left, mut right) = (left_elements.iter(), right_elements.iter());
    while let Some((left, right)) = left.next().zip(right.next()) {
        if spend(1).is_err() || !equal(left, right) {
            return false;
        }
    }
    true
}

fn equal_maps(left: &dyn Val, right: &dyn Val) -> bool {
    let parts = left
        .as_iterable()
        .zip(left.as_indexer())
        .zip(right.as_indexer());
    let Some(((keys, left_values), right_values)) = parts else {
        return false;
    };
    if !sizes_agree(left, right) {
        return false;
    }
    let mut keys = keys.iter();
    while let Some(key) = keys.next() {
        if spend(copy_cost(key)).is_err() {
            return false;
        }
        let values = left_values.get(key).ok().zip(right_values.get(key).ok());
        if !values.is_some_and(|(left, right)| equal(left.as_ref(), right.as_ref())) {
            return false;
        }
    }
    true
}

/// Whether a list has the element, or a map the key.
///
/// # Errors
/// When the container is neither, or the account is exhausted.
pub(crate) fn is_in(value: &dyn Val, container: &dyn Val) -> Result<bool, ExecutionError> {
    if container.get_type().kind() != Kind::List {
        let keys = container.as_container();
        let keys = keys.ok_or_else(|| ExecutionError::no_such_overload("@in", Vec::new()))?;
        return match keys.contains(value) {
            Err(ExecutionError::UnsupportedKeyType(_)) => Ok(false),
            found => found,
        };
    }
    let elements = container.as_iterable();
    let elements = elements.ok_or_else(|| ExecutionError::no_such_overload("@in", Vec::new()))?;
    let mut elements = elements.iter();
    while let Some(element) = elements.next() {
        spend(1)?;
        if equal(element, value) {
            return Ok(true);
        }
    }
    Ok(false)
}
