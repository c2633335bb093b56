use bellpull_records::RequestView;
use maud::{Markup, html};

use crate::text;

/// The request without its credentials.
pub(super) fn shown(request: &RequestView) -> Markup {
    html! {
        h2 { "Request" }
        @if let Some(subject) = &request.client.subject {
            p { "Client certificate: " (text::line(subject)) }
        }
        @if !request.query.is_empty() { (pairs("Query", &request.query)) }
        @if !request.headers.is_empty() { (pairs("Headers", &request.headers)) }
        h3 { "Body" }
        @match &request.body {
            Some(body) => (text::preformatted("Body", body)),
            None if request.body_bytes == 0 => p { "It has none." },
            None => p { "It is not kept, or holds a secret." },
        }
    }
}

fn pairs(title: &str, pairs: &[(String, String)]) -> Markup {
    html! {
        h3 { (title) }
        div.wide tabindex="0" role="region" aria-label=(title) {
            table {
                thead { tr { th scope="col" { "Name" } th scope="col" { "Value" } } }
                tbody {
                    @for (name, value) in pairs {
                        tr {
                            th scope="row" { code { (text::line(name)) } }
                            td { code { (text::line(value)) } }
                        }
                    }
                }
            }
        }
    }
}
