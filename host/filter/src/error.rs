use cel::ExecutionError;

use crate::request::RequestError;

/// Why an expression came to nothing. Shows in the words of Flux.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationError {
    /// The expression itself, such as `no such key: ref`.
    #[error("{0}")]
    Failed(String),
    /// The work was more than is allowed.
    #[error("the evaluation takes more than {0} steps")]
    Steps(u64),
    /// It reads the request, which is not what its headers say.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// It came to another type than its scope wants, which the check should have seen.
    #[error("the expression came to a value of type {0}, not to a boolean")]
    NotBoolean(String),
}

impl EvaluationError {
    pub(crate) fn of(error: &ExecutionError) -> Self {
        Self::Failed(in_words_of_flux(error))
    }
}

/// Conversions that parse text, and what cel-go calls their results.
const PARSERS: &[(&str, &str)] = &[
    ("bool", "bool"),
    ("double", "double"),
    ("duration", "google.protobuf.Duration"),
    ("int", "int"),
    ("timestamp", "google.protobuf.Timestamp"),
    ("uint", "uint"),
];

/// cel-go's words (v0.27, `common/types`).
pub(crate) fn in_words_of_flux(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchKey(key) => format!("no such key: {key}"),
        ExecutionError::UndeclaredReference(name) => format!("no such attribute(s): {name}"),
        ExecutionError::DivisionByZero(_) => "division by zero".to_owned(),
        ExecutionError::RemainderByZero(_) => "modulus by zero".to_owned(),
        ExecutionError::Overflow(_, cel::Value::UInt(_), _) => {
            "unsigned integer overflow".to_owned()
        }
        ExecutionError::Overflow(_, cel::Value::Timestamp(_), _) => "timestamp overflow".to_owned(),
        ExecutionError::Overflow(_, cel::Value::Duration(_), _) => "duration overflow".to_owned(),
        ExecutionError::Overflow(..) => "integer overflow".to_owned(),
        ExecutionError::IndexOutOfBounds(index) => {
            format!("index out of bounds: {}", bare(index))
        }
        ExecutionError::DuplicateKey(key) => format!("Failed with repeated key: {}", bare(key)),
        ExecutionError::UnsupportedKeyType(_) => "unsupported key type".to_owned(),
        ExecutionError::FunctionError { function, message } => {
            let result = PARSERS.iter().find(|(name, _)| name == function);
            match result {
                Some(_) if message.contains("overflow") => message.clone(),
                Some((name, _)) if message.contains("range") => format!("{name} overflow"),
                Some((_, result)) => {
                    format!("type conversion error from 'string' to '{result}'")
                }
                _ => message.clone(),
            }
        }
        ExecutionError::InternalError(message) => message.clone(),
        _ => "no such overload".to_owned(),
    }
}

fn bare(value: &cel::Value) -> String {
    match value {
        cel::Value::Int(number) => number.to_string(),
        cel::Value::UInt(number) => number.to_string(),
        cel::Value::Float(number) => number.to_string(),
        cel::Value::String(text) => text.to_string(),
        cel::Value::Bool(truth) => truth.to_string(),
        other => format!("{other:?}"),
    }
}
