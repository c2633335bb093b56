//! Parts of a manifest as types, with the place of what is wrong.

use bellpull_core::{limits, text};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::yaml::YamlPlace;

pub(super) struct ManifestProblem {
    pub(super) line: u64,
    pub(super) column: u64,
    pub(super) message: String,
}

impl ManifestProblem {
    pub(super) fn at(place: &YamlPlace, message: impl Into<String>) -> Self {
        Self {
            line: place.line,
            column: place.column,
            message: message.into(),
        }
    }
}

pub(super) fn typed<T: DeserializeOwned>(
    value: Value,
    place: &YamlPlace,
    below: &str,
    explain: impl FnOnce(&serde_json::Error) -> String,
) -> Result<T, ManifestProblem> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let field = printable(&error.path().to_string());
        let field = match (below, field.as_str()) {
            ("", ".") => String::new(),
            ("", field) => format!("{field}: "),
            (below, ".") => format!("{below}: "),
            (below, field) => format!("{below}.{field}: "),
        };
        let message = format!("{field}{}", explain(error.inner()));
        ManifestProblem::at(place.at(error.path()), message)
    })
}

pub(super) fn printable(text: &str) -> String {
    text::printable(text, limits::GUEST_TEXT)
}
