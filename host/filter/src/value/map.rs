use std::slice;
use std::sync::Arc;

use cel::ExecutionError;
use cel::common::traits::{self, Container, Indexer, Iterable, Sizer, Zeroer};
use cel::common::types::{CelInt, CelString, MAP_TYPE, Type};
use cel::common::value::{CowVal, StaticVal, Val};

use super::{SharedValue, equal};

/// A map with text keys, whose copies share its entries.
#[derive(Clone, Debug)]
pub(crate) struct Map(Arc<MapEntries>);

#[derive(Debug)]
struct MapEntries {
    /// Sorted by key, without duplicates.
    all: Box<[(CelString<'static>, SharedValue)]>,
    read_cost: u64,
}

impl Map {
    /// Takes entries in any order. Of a repeated key the last counts, as in Go.
    pub(crate) fn new(entries: Vec<(String, SharedValue)>) -> Self {
        let mut all: Vec<_> = entries
            .into_iter()
            .rev()
            .map(|(key, value)| (CelString::from(key), value))
            .collect();
        all.sort_by(|(left, _), (right, _)| left.cmp(right));
        all.dedup_by(|(later, _), (kept, _)| later == kept);
        let read_cost = all
            .iter()
            .map(|(key, value)| super::read_cost(key) + super::read_cost(value.value()))
            .sum();
        let all = all.into_boxed_slice();
        Self(Arc::new(MapEntries { all, read_cost }))
    }

    #[cfg(test)]
    pub(crate) fn entries(&self) -> &[(CelString<'static>, SharedValue)] {
        &self.0.all
    }

    /// The steps of reading the whole map.
    pub(crate) fn read_cost(&self) -> u64 {
        self.0.read_cost
    }

    fn find(&self, key: &dyn Val) -> Option<&SharedValue> {
        let key = key.downcast_ref::<CelString<'_>>()?.inner();
        let at = self
            .0
            .all
            .binary_search_by(|(known, _)| known.inner().cmp(key))
            .ok()?;
        self.0.all.get(at).map(|(_, value)| value)
    }

    fn get_node(&self, key: &dyn Val) -> Result<&SharedValue, ExecutionError> {
        self.find(key)
            .ok_or_else(|| ExecutionError::no_such_key(&shown(key)))
    }
}

fn shown(key: &dyn Val) -> String {
    match key.downcast_ref::<CelString<'_>>() {
        Some(text) => text.inner().to_owned(),
        None => super::CelValue::of(key).to_string(),
    }
}

impl Val for Map {
    fn get_type(&self) -> &Type {
        &MAP_TYPE
    }

    fn cel_type() -> &'static Type {
        &MAP_TYPE
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

impl StaticVal for Map {}

impl Container for Map {
    fn contains(&self, key: &dyn Val) -> Result<bool, ExecutionError> {
        Ok(self.find(key).is_some())
    }
}

impl Indexer for Map {
    fn get<'b, 'v>(&'b self, key: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.get_node(key)
            .map(|node| CowVal::Borrowed(node.value()))
    }

    fn steal<'v>(self: Box<Self>, key: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.get_node(key).map(|node| node.value().clone_as_boxed())
    }
}

impl Iterable for Map {
    fn iter<'b, 'v>(&'b self) -> Box<dyn traits::Iterator<'b, 'v> + 'b>
    where
        Self: 'v,
    {
        Box::new(Keys(self.0.all.iter()))
    }
}

struct Keys<'b>(slice::Iter<'b, (CelString<'static>, SharedValue)>);

impl<'b, 'v> traits::Iterator<'b, 'v> for Keys<'b> {
    fn next(&mut self) -> Option<&'b (dyn Val + 'v)> {
        self.0.next().map(|(key, _)| key as &(dyn Val + 'v))
    }
}

impl Sizer for Map {
    fn size(&self) -> CelInt {
        CelInt::from(i64::try_from(self.0.all.len()).unwrap_or(i64::MAX))
    }
}

impl Zeroer for Map {
    fn is_zero_value(&self) -> bool {
        self.0.all.is_empty()
    }
}
