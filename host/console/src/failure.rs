use axum::response::{IntoResponse, Response};
use bellpull_admin::AdminError;
use maud::{Markup, html};

use crate::layout::ConsolePage;

/// What is shown instead of a page that cannot be.
pub(crate) struct Failure(pub(crate) AdminError);

impl From<AdminError> for Failure {
    fn from(error: AdminError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let page = ConsolePage::new("Not shown", told(&self.0));
        (self.0.kind.status(), page).into_response()
    }
}

/// An error where a result would stand.
pub(crate) fn told(error: &AdminError) -> Markup {
    html! {
        p.alert role="alert" { (error.message) }
    }
}
