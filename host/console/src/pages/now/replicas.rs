use bellpull_admin::api::ProcessView;
use maud::{Markup, html};

use crate::text;

/// The processes that serve.
pub(super) fn table(processes: &[ProcessView]) -> Markup {
    html! {
        h2 { "Processes" }
        div.wide tabindex="0" role="region" aria-label="Processes" {
            table {
                thead {
                    tr {
                        @for name in ["Name", "Version", "Leads", "Pending targets", "p50", "p99", "Of deliveries"] {
                            th scope="col" { (name) }
                        }
                    }
                }
                tbody { @for process in processes { (row(process)) } }
            }
        }
    }
}

fn row(process: &ProcessView) -> Markup {
    let time = process.time;
    let leads = process
        .leader
        .map_or("–", |leads| if leads { "yes" } else { "no" });
    html! {
        tr {
            th scope="row" { (text::line(&process.name)) }
            td { (text::line(&process.version)) }
            td { (leads) }
            td { @match process.pending { Some(pending) => (pending), None => "–" } }
            @match time {
                Some(time) => {
                    td { (text::micros(time.p50_us)) }
                    td { (text::micros(time.p99_us)) }
                    td { "the newest " (time.deliveries) }
                }
                None => { td { "–" } td { "–" } td { "none in the last hour" } }
            }
        }
    }
}
