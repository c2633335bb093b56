use std::collections::HashMap;

use serde_json::Value;
use serde_path_to_error::{Path, Segment};

/// A document, or a part of one.
pub(crate) struct YamlNode {
    pub(crate) value: Value,
    pub(crate) place: YamlPlace,
}

/// The place of a value, and the places of its parts.
#[derive(Default)]
pub(crate) struct YamlPlace {
    pub(crate) line: u64,
    pub(crate) column: u64,
    pub(super) parts: PartPlaces,
}

#[derive(Default)]
pub(super) enum PartPlaces {
    #[default]
    None,
    Members(HashMap<String, YamlPlace>),
    Elements(Vec<YamlPlace>),
}

impl YamlPlace {
    /// The place of a member.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        match &self.parts {
            PartPlaces::Members(members) => members.get(name),
            _ => None,
        }
    }

    /// The places of the elements.
    pub(crate) fn into_elements(self) -> Vec<Self> {
        match self.parts {
            PartPlaces::Elements(elements) => elements,
            _ => Vec::new(),
        }
    }

    /// Removes the place of a member.
    pub(crate) fn take(&mut self, name: &str) -> Option<Self> {
        match &mut self.parts {
            PartPlaces::Members(members) => members.remove(name),
            _ => None,
        }
    }

    /// The innermost place that a path leads to.
    pub(crate) fn at(&self, path: &Path) -> &Self {
        let mut place = self;
        for segment in path {
            let next = match (segment, &place.parts) {
                (Segment::Map { key }, PartPlaces::Members(members)) => members.get(key),
                (Segment::Seq { index }, PartPlaces::Elements(elements)) => elements.get(*index),
                _ => None,
            };
            match next {
                Some(next) => place = next,
                None => break,
            }
        }
        place
    }
}
