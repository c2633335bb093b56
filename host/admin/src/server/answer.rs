use axum::Json;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use crate::admin::Answer;
use crate::error::AdminError;

pub(super) fn answer(answer: Answer<impl Serialize>) -> Response {
    match answer {
        Ok(value) => Json(value).into_response(),
        Err(error) => refuse(error),
    }
}

pub(super) fn refuse(error: AdminError) -> Response {
    (error.kind.status(), Json(error)).into_response()
}
