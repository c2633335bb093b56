use std::slice;
use std::sync::Arc;

use cel::ExecutionError;
use cel::common::traits::{self, Adder, Container, Indexer, Iterable, Sizer, Zeroer};
use cel::common::types::{CelDouble, CelInt, CelList, CelUInt, LIST_TYPE, Type};
use cel::common::value::{CowVal, Val};

use super::{SharedValue, equal, is_in};

/// A list whose copies share its elements.
#[derive(Clone, Debug)]
pub(crate) struct List(Arc<ListElements>);

#[derive(Debug)]
struct ListElements {
    all: Box<[SharedValue]>,
    read_cost: u64,
}

impl List {
    pub(crate) fn new(all: Vec<SharedValue>) -> Self {
        let read_cost = all.iter().map(|node| super::read_cost(node.value())).sum();
        let all = all.into_boxed_slice();
        Self(Arc::new(ListElements { all, read_cost }))
    }

    #[cfg(test)]
    pub(crate) fn elements(&self) -> &[SharedValue] {
        &self.0.all
    }

    /// The steps of reading the whole list.
    pub(crate) fn read_cost(&self) -> u64 {
        self.0.read_cost
    }

    fn at(&self, index: &dyn Val) -> Result<&SharedValue, ExecutionError> {
        let at = position(index)?;
        at.and_then(|at| self.0.all.get(at)).ok_or_else(|| {
            ExecutionError::IndexOutOfBounds(index.try_into().unwrap_or(cel::Value::Null))
        })
    }
}

/// The position that an index denotes. None when it is negative.
fn position(index: &dyn Val) -> Result<Option<usize>, ExecutionError> {
    if let Some(index) = index.downcast_ref::<CelInt>() {
        return Ok(usize::try_from(*index.inner()).ok());
    }
    if let Some(index) = index.downcast_ref::<CelUInt>() {
        return Ok(usize::try_from(*index.inner()).ok());
    }
    if let Some(index) = index.downcast_ref::<CelDouble>()
        && index.inner().fract() == 0.0
        && index.inner().abs() < f64::from(u32::MAX)
    {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole, and within the range of i64"
        )]
        let whole = *index.inner() as i64;
        return Ok(usize::try_from(whole).ok());
    }
    Err(ExecutionError::no_such_overload(
        "_[_]",
        vec!["list".to_owned(), index.get_type().name().to_owned()],
    ))
}

impl Val for List {
    fn get_type(&self) -> &Type {
        &LIST_TYPE
    }

    fn cel_type() -> &'static Type {
        &LIST_TYPE
    }

    fn as_adder<'b, 'v>(&'b self) -> Option<&'b (dyn Adder + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_container(&self) -> Option<&dyn Container> {
        Some(self)
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_iterable<'b, 'v>(&'b self) -> Option<&'b (dyn Iterable + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_sizer(&self) -> Option<&dyn Sizer> {
        Some(self)
    }

    fn as_zeroer(&self) -> Option<&dyn Zeroer> {
        Some(self)
    }

    fn equals(&self, other: &dyn Val) -> bool {
        equal(self, other)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn std::any::Any> {
        Some(self)
    }
}

impl cel::common::value::StaticVal for List {}

impl Adder for List {
    fn add<'b, 'v>(&'b self, right: &(dyn Val + 'v)) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let mut joined: Vec<Box<dyn Val + 'v>> = Vec::new();
        for left in &self.0.all {
            joined.push(left.value().clone_as_boxed());
        }
        let mut elements = right
            .as_iterable()
            .filter(|_| right.get_type() == &LIST_TYPE)
            .ok_or_else(|| ExecutionError::no_such_overload("_+_", Vec::new()))?
            .iter();
        while let Some(element) = elements.next() {
            joined.push(element.clone_as_boxed());
        }
        Ok(CowVal::owned(CelList::from(joined)))
    }
}

impl Container for List {
    fn contains(&self, value: &dyn Val) -> Result<bool, ExecutionError> {
        is_in(value, self)
    }
}

impl Indexer for List {
    fn get<'b, 'v>(&'b self, index: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.at(index).map(|node| CowVal::Borrowed(node.value()))
    }

    fn steal<'v>(self: Box<Self>, index: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.at(index).map(|node| node.value().clone_as_boxed())
    }
}

impl Iterable for List {
    fn iter<'b, 'v>(&'b self) -> Box<dyn traits::Iterator<'b, 'v> + 'b>
    where
        Self: 'v,
    {
        Box::new(Walk(self.0.all.iter()))
    }
}

struct Walk<'b>(slice::Iter<'b, SharedValue>);

impl<'b, 'v> traits::Iterator<'b, 'v> for Walk<'b> {
    fn next(&mut self) -> Option<&'b (dyn Val + 'v)> {
        self.0.next().map(|node| node.value() as &(dyn Val + 'v))
    }
}

impl Sizer for List {
    fn size(&self) -> CelInt {
        CelInt::from(i64::try_from(self.0.all.len()).unwrap_or(i64::MAX))
    }
}

impl Zeroer for List {
    fn is_zero_value(&self) -> bool {
        self.0.all.is_empty()
    }
}
