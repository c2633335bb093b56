use super::Type;

impl Type {
    /// The name that cel-go gives the type at run time. It uses that name for the type of a whole
    /// expression.
    pub(crate) fn runtime_name(&self) -> String {
        match self {
            Self::Null => "null_type".to_owned(),
            Self::Timestamp => "google.protobuf.Timestamp".to_owned(),
            Self::Duration => "google.protobuf.Duration".to_owned(),
            Self::List(element) => format!("list({})", element.runtime_name()),
            Self::Map(key, value) => {
                format!("map({}, {})", key.runtime_name(), value.runtime_name())
            }
            Self::Optional(value) => format!("optional_type({})", value.runtime_name()),
            Self::Named(named) => format!("type({})", named.runtime_name()),
            other => other.to_string(),
        }
    }
}
