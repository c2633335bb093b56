use bellpull_admin::api::PluginList;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use crate::layout::missing;
use crate::outcomes::Tone;
use crate::text;

/// What is shown of a component, as `bellpull plugins -o json` has it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShownPlugin {
    /// The replica, where there are several.
    pod: Option<String>,
    providers: Vec<String>,
    source: String,
    version: Option<String>,
    state: String,
    reason: Option<String>,
    faults: u64,
    breaker: String,
}

impl ShownPlugin {
    /// Whether somebody has to look.
    fn has_trouble(&self) -> bool {
        !["serving", "loading"].contains(&self.state.as_str()) || self.breaker.starts_with("open")
    }
}

/// The components, those that somebody has to look at first.
pub(super) fn table(list: PluginList) -> Markup {
    let plugins = Value::Array(list.plugins);
    let shown: Result<Vec<ShownPlugin>, _> = serde_json::from_value(plugins);
    let shown = shown.map(|mut plugins| {
        plugins.sort_by_key(|plugin| !plugin.has_trouble());
        plugins
    });
    html! {
        h2 { "Plugins" }
        (missing(&list.missing))
        @match shown {
            Err(_) => p.alert { "The server lists its plugins in a form that this version does not know." },
            Ok(plugins) => {
                div.wide tabindex="0" role="region" aria-label="Plugins" {
                    table {
                        thead {
                            tr {
                                @for name in ["Providers", "State", "Breaker", "Faults", "Version", "Source"] {
                                    th scope="col" { (name) }
                                }
                            }
                        }
                        tbody { @for plugin in &plugins { (row(plugin)) } }
                    }
                }
            }
        }
    }
}

fn row(plugin: &ShownPlugin) -> Markup {
    let tone = match plugin.has_trouble() {
        true => Tone::Failed,
        false => Tone::Done,
    };
    html! {
        tr {
            th scope="row" { (text::line(&plugin.providers.join(", "))) }
            td {
                span class={ "badge " (tone.class()) } { (text::line(&plugin.state)) }
                @if let Some(reason) = &plugin.reason { " " (text::line(reason)) }
            }
            td { (text::line(&plugin.breaker)) }
            td { (plugin.faults) }
            td { (text::line(plugin.version.as_deref().unwrap_or("–"))) }
            td {
                (text::line(&plugin.source))
                @if let Some(pod) = &plugin.pod { " in " (text::line(pod)) }
            }
        }
    }
}
