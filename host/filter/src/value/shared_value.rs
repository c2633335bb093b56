use cel::common::types::{CelBool, CelDouble, CelNull, CelString};
use cel::common::value::Val;

use super::{List, Map};

/// A value that is built once and read by many evaluations. Copies of its lists and maps share
/// what they hold, since the evaluator copies every element that it loops over.
#[derive(Debug)]
pub(crate) enum SharedValue {
    Null(CelNull),
    Bool(CelBool),
    Number(CelDouble),
    Text(CelString<'static>),
    List(List),
    Map(Map),
    Other(Box<dyn Val>),
}

impl SharedValue {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(CelString::from(text.into()))
    }

    pub(crate) fn texts(texts: &[String]) -> Self {
        Self::List(List::new(
            texts.iter().map(|text| Self::text(text.as_str())).collect(),
        ))
    }

    /// A map of texts. Nothing when there are none.
    pub(crate) fn text_map<'a>(
        entries: impl Iterator<Item = (&'a String, &'a String)>,
    ) -> Option<Self> {
        let entries: Vec<(String, Self)> = entries
            .map(|(key, value)| (key.clone(), Self::text(value.as_str())))
            .collect();
        (!entries.is_empty()).then(|| Self::Map(Map::new(entries)))
    }

    pub(crate) fn other(value: impl Val + 'static) -> Self {
        Self::Other(Box::new(value))
    }

    pub(crate) fn value(&self) -> &(dyn Val + 'static) {
        match self {
            Self::Null(null) => null,
            Self::Bool(truth) => truth,
            Self::Number(number) => number,
            Self::Text(text) => text,
            Self::List(list) => list,
            Self::Map(map) => map,
            Self::Other(other) => other.as_ref(),
        }
    }

    pub(crate) fn into_boxed(self) -> Box<dyn Val> {
        match self {
            Self::Other(other) => other,
            shared => shared.value().clone_as_boxed(),
        }
    }
}
