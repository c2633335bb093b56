//! Errors of kube's client: their HTTP status, and one line of text.

use std::error::Error as _;

use kube::runtime::watcher;

/// The HTTP status, where the API server refused the request.
pub(crate) fn status(error: &kube::Error) -> Option<u16> {
    match error {
        kube::Error::Api(status) => Some(status.code),
        _ => None,
    }
}

/// The error in one line: the API server's own message, or the innermost cause.
pub(crate) fn describe(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) => status.message.clone(),
        // The error may quote the answer, and the answer may hold a Secret.
        kube::Error::SerdeError(_) => "the API server's answer cannot be read".to_owned(),
        other => {
            let mut text = other.to_string();
            let mut cause = other.source();
            while let Some(error) = cause {
                text = error.to_string();
                cause = error.source();
            }
            text
        }
    }
}

/// The HTTP status and the text of a watch's error.
pub(crate) fn of_watch(error: &watcher::Error) -> (Option<u16>, String) {
    match error {
        watcher::Error::InitialListFailed(error)
        | watcher::Error::WatchStartFailed(error)
        | watcher::Error::WatchFailed(error) => (status(error), describe(error)),
        watcher::Error::WatchError(status) => (Some(status.code), status.message.clone()),
        watcher::Error::NoResourceVersion => (None, error.to_string()),
    }
}
