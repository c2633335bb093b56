use cel::ExecutionError;

use crate::variables::RequestBodyError;

/// Why an expression has no value. Displays in the words of Flux.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationError {
    /// The expression failed, for example with `no such key: ref`.
    #[error("{0}")]
    Failed(String),
    /// It took more than the steps allowed.
    #[error("the evaluation takes more than {0} steps")]
    Steps(u64),
    /// It reads a request body that is not what its type says.
    #[error(transparent)]
    Request(#[from] RequestBodyError),
    /// The value is of another type than the scope expects, which the check should have found.
    #[error("the value of the expression is of type {0}, not a boolean")]
    NotBoolean(String),
}

impl EvaluationError {
    pub(crate) fn of(error: &ExecutionError) -> Self {
        Self::Failed(flux_message(error))
    }
}

/// Conversions, each with cel-go's name for its result.
const CONVERSIONS: &[(&str, &str)] = &[
    ("bool", "bool"),
    ("double", "double"),
    ("duration", "google.protobuf.Duration"),
    ("int", "int"),
    ("timestamp", "google.protobuf.Timestamp"),
    ("uint", "uint"),
];

/// Why a conversion failed. cel has one error for all functions: only its text tells.
enum ConversionFailure {
    /// A number is too large for the result.
    NumberOverflow,
    /// A duration or timestamp is out of range.
    OutOfRange,
    /// A text cannot be parsed.
    Unparsable,
}

impl ConversionFailure {
    fn of(message: &str) -> Self {
        if message.contains("overflow") {
            Self::NumberOverflow
        } else if message.contains("range") {
            Self::OutOfRange
        } else {
            Self::Unparsable
        }
    }
}

/// The message of cel-go (v0.27, `common/types`).
pub(crate) fn flux_message(error: &ExecutionError) -> String {
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
            let conversion = CONVERSIONS.iter().find(|(name, _)| name == function);
            let Some((name, result)) = conversion else {
                return message.clone();
            };
            match ConversionFailure::of(message) {
                ConversionFailure::NumberOverflow => message.clone(),
                ConversionFailure::OutOfRange => format!("{name} overflow"),
                ConversionFailure::Unparsable => {
                    format!("type conversion error from 'string' to '{result}'")
                }
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
