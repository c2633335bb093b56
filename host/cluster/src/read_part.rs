use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::Value;

/// A part of an object, or the reason why it cannot be read.
#[derive(Clone, Debug)]
pub(crate) struct ReadPart<T>(pub(crate) Result<T, String>);

impl<T: Default> Default for ReadPart<T> {
    fn default() -> Self {
        Self(Ok(T::default()))
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for ReadPart<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(Self(
            serde_path_to_error::deserialize(value).map_err(|error| error.to_string()),
        ))
    }
}
