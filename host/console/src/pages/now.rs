//! How the processes fare now.

mod chart;
mod plugins;
mod replicas;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use bellpull_admin::Admin;
use bellpull_admin::api::Summary;
use bellpull_core::Timestamp;
use maud::{Markup, PreEscaped, html};

use crate::failure::{Failure, told};
use crate::layout::{ConsolePage, missing};
use crate::links;
use crate::outcomes::badge;

/// The last hour, the processes and their plugins.
pub(crate) async fn page<A: Admin>(State(admin): State<Arc<A>>) -> Result<ConsolePage, Failure> {
    let summary = admin.summary().await?;
    let plugins = admin.plugins().await;
    let body = html! {
        p #told role="status" aria-live="polite" {}
        div #now data-live hx-get=(links::NOW) hx-select="#now" hx-trigger="every 10s" hx-sync="this:drop" hx-swap="outerHTML" {
            (missing(&summary.missing))
            (hour(&summary))
            (replicas::table(&summary.processes))
            @match plugins {
                Ok(plugins) => (plugins::table(plugins)),
                Err(error) => (told(&error)),
            }
        }
    };
    Ok(ConsolePage::new("Now", body).at(links::NOW))
}

fn hour(summary: &Summary) -> Markup {
    let mut totals: BTreeMap<&str, u64> = BTreeMap::new();
    for (outcome, count) in summary.minutes.iter().flat_map(|minute| &minute.outcomes) {
        *totals.entry(outcome).or_default() += count;
    }
    let total: u64 = totals.values().sum();
    html! {
        h2 { "The last hour" }
        @match chart::svg(&summary.minutes, Timestamp::now()) {
            // Made of numbers alone.
            Ok(svg) => figure.chart role="img" aria-label={ (total) " deliveries in the last hour, by minute and outcome" } {
                (PreEscaped(svg))
            },
            Err(why) => p.alert { "The chart cannot be drawn: " (why) },
        }
        p {
            (total) " deliveries. "
            @for (outcome, count) in &totals {
                a href=(links::deliveries_with(outcome)) { (badge(outcome)) } " " (count) " "
            }
        }
        ul.legend aria-label="Colours of the chart" {
            @for tone in chart::TONES { li { span.swatch.(tone.class()) {} " " (tone.words()) } }
        }
    }
}
