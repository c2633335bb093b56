use axum::response::{Html, IntoResponse, Response};
use bellpull_admin::api::MissingReplica;
use http::HeaderMap;
use maud::{DOCTYPE, Markup, html};

use crate::{assets, links};

/// htmx evaluates no text as code, and writes no style into the page. It keeps no pages.
const HTMX: &str = r#"{"allowEval":false,"includeIndicatorStyles":false,"historyCacheSize":0}"#;

/// The pages that every page leads to.
const PLACES: &[(&str, &str)] = &[
    (links::NOW, "Now"),
    (links::RECEIVERS, "Receivers"),
    (links::DELIVERIES, "Deliveries"),
    (links::FILTER, "Filter"),
];

/// A whole page.
pub(crate) struct ConsolePage {
    title: String,
    /// The path of the place that it is, or belongs to.
    place: &'static str,
    body: Markup,
}

impl ConsolePage {
    pub(crate) fn new(title: impl Into<String>, body: Markup) -> Self {
        Self {
            title: title.into(),
            place: "",
            body,
        }
    }

    /// The page is, or belongs to, the place of this path.
    pub(crate) fn at(self, place: &'static str) -> Self {
        Self { place, ..self }
    }

    fn markup(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="htmx-config" content=(HTMX);
                    title { (self.title) " · Bellpull" }
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href=(assets::url("console.css"));
                    script src=(assets::url("htmx.min.js")) defer {}
                    script src=(assets::url("console.js")) defer {}
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    header {
                        p.brand { "Bellpull" }
                        nav aria-label="Pages" {
                            ul {
                                @for (path, name) in PLACES {
                                    li {
                                        a href=(path) aria-current=[(*path == self.place).then_some("page")] {
                                            (name)
                                        }
                                    }
                                }
                            }
                        }
                    }
                    main #main tabindex="-1" {
                        h1 { (self.title) }
                        (self.body)
                    }
                }
            }
        }
    }
}

impl IntoResponse for ConsolePage {
    fn into_response(self) -> Response {
        Html(self.markup().into_string()).into_response()
    }
}

/// A result: in place for htmx, else as a page of its own.
pub(crate) fn result(headers: &HeaderMap, page: ConsolePage) -> Response {
    if headers.contains_key("hx-request") {
        return Html(page.body.into_string()).into_response();
    }
    page.into_response()
}

/// The replicas whose part of an answer is missing.
pub(crate) fn missing(replicas: &[MissingReplica]) -> Markup {
    html! {
        @for missing in replicas {
            p.alert role="alert" { "Replica " (missing.replica) " does not answer: " (missing.why) }
        }
    }
}
