//! Converts between the types of the contract and those of the host.

mod binding;
mod event;
mod forget_redacted;
mod part;
mod source;
mod word;

use bellpull_core::{Description, Problem, ReceiverView, limits, text};

pub(super) use binding::binding;
pub(super) use event::{acceptance, event};
pub(super) use forget_redacted::{forget_redacted, forget_redacted_of_event};
pub(super) use part::part;
pub(super) use word::unknown;

use super::bindings::bellpull::provider::types as wit;

pub(super) fn description(from: wit::Description) -> Description {
    Description {
        providers: from.providers,
        version: text::printable(&from.version, 64),
        documentation: text::printable(&from.documentation, limits::GUEST_TEXT),
        events: from.events,
        credential_keys: from.credential_keys,
        setting_keys: from.setting_keys,
        config_schema: from.config_schema,
        fetch_hosts: from.fetch_hosts,
    }
}

pub(super) fn receiver(from: &ReceiverView) -> wit::Receiver {
    wit::Receiver {
        provider: from.provider.clone(),
        events: from.events.clone(),
        keys: from.keys.clone(),
        settings: from.settings.clone(),
        extensions: Vec::new(),
    }
}

pub(super) fn problems(from: Vec<wit::Problem>) -> Vec<Problem> {
    from.into_iter()
        .take(binding::PROBLEMS)
        .map(|problem| Problem {
            at: text::printable(&problem.at, 128),
            message: text::printable(&problem.message, limits::GUEST_TEXT),
        })
        .collect()
}
