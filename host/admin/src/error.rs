use http::StatusCode;
use serde::{Deserialize, Serialize};

/// Why a request to the API fails. As HTTP it is the status of its kind, and JSON with the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct AdminError {
    #[serde(skip)]
    pub kind: ErrorKind,
    /// What is wrong, and what to do.
    pub message: String,
}

/// The kind of an [`AdminError`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request is wrong: 400.
    Invalid,
    /// Nobody knows who asks: 401.
    Unauthenticated,
    /// Whoever asks may not: 403.
    Forbidden,
    /// What is named does not exist: 404.
    NotFound,
    /// It cannot be done as things stand: 409.
    Conflict,
    /// The process failed: 500.
    #[default]
    Failed,
    /// No process answers: 502.
    Unreachable,
}

impl AdminError {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// What is answered for an id that no record has.
    pub(crate) fn no_record() -> Self {
        let message = "no record has this id: it never was, or it made room for newer ones";
        Self::new(ErrorKind::NotFound, message)
    }
}

/// Each kind with its status.
const STATUSES: [(ErrorKind, StatusCode); 7] = [
    (ErrorKind::Invalid, StatusCode::BAD_REQUEST),
    (ErrorKind::Unauthenticated, StatusCode::UNAUTHORIZED),
    (ErrorKind::Forbidden, StatusCode::FORBIDDEN),
    (ErrorKind::NotFound, StatusCode::NOT_FOUND),
    (ErrorKind::Conflict, StatusCode::CONFLICT),
    (ErrorKind::Failed, StatusCode::INTERNAL_SERVER_ERROR),
    (ErrorKind::Unreachable, StatusCode::BAD_GATEWAY),
];

impl ErrorKind {
    /// The kind of an HTTP status. Any that no kind has is a failure.
    #[must_use]
    pub fn of(status: StatusCode) -> Self {
        let known = STATUSES.iter().find(|(_, its)| *its == status);
        known.map_or(Self::Failed, |(kind, _)| *kind)
    }

    /// Its HTTP status.
    #[must_use]
    pub fn status(self) -> StatusCode {
        let known = STATUSES.iter().find(|(kind, _)| *kind == self);
        known.map_or(StatusCode::INTERNAL_SERVER_ERROR, |(_, status)| *status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_told_by_its_status() {
        for (kind, status) in STATUSES {
            assert_eq!(kind.status(), status);
            assert_eq!(ErrorKind::of(status), kind);
        }
        assert_eq!(ErrorKind::of(StatusCode::IM_A_TEAPOT), ErrorKind::Failed);
    }
}
