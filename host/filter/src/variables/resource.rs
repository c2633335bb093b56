use cel::common::value::Val;

use crate::value::{Map, SharedValue};

/// A resource, as expressions see it in `res`. It is made once for each version of the object, and
/// cheap to copy.
#[derive(Clone, Debug)]
pub struct Resource(Map);

impl Resource {
    /// The parts of a resource that Flux shows.
    #[must_use]
    pub fn new(api_version: &str, kind: &str, metadata: &serde_json::Value) -> Self {
        Self(Map::new(vec![
            ("apiVersion".to_owned(), SharedValue::text(api_version)),
            ("kind".to_owned(), SharedValue::text(kind)),
            ("metadata".to_owned(), SharedValue::from(metadata)),
        ]))
    }

    /// From a whole object, of which expressions see `apiVersion`, `kind` and `metadata` only.
    #[must_use]
    pub fn of(object: &serde_json::Value) -> Self {
        let text = |name: &str| {
            let value = object.get(name).and_then(serde_json::Value::as_str);
            value.unwrap_or_default()
        };
        let metadata = object.get("metadata").unwrap_or(&serde_json::Value::Null);
        Self::new(text("apiVersion"), text("kind"), metadata)
    }

    pub(crate) fn value(&self) -> &dyn Val {
        &self.0
    }
}
