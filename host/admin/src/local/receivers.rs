use std::collections::HashMap;
use std::sync::Arc;

use bellpull_core::ReceiverId;
use bellpull_plan::ReceiverState;
use bellpull_ports::{BoundReceiver, Entry, Host};

use super::local_admin::{LocalAdmin, Process};
use crate::admin::Answer;
use crate::api::{LastDelivery, ReceiverList, ReceiverReport};

/// Every Receiver as this process serves it.
pub(super) fn list<H: Host, P: Process>(admin: &LocalAdmin<H, P>) -> Answer<ReceiverList> {
    let last = admin.parts.records.last_of_receivers();
    let routes = admin.parts.routes.load();
    let bound: HashMap<&ReceiverId, &BoundReceiver> = routes
        .iter()
        .filter_map(|(_, entry)| match entry {
            Entry::Serving(route) => Some((route.bound.id(), &*route.bound)),
            Entry::Unavailable { .. } => None,
        })
        .collect();
    let states = admin.parts.receivers.load();
    let receivers = states.iter().map(|state| {
        let last = last.get(&state.id).map(|last| LastDelivery {
            id: last.id.to_string(),
            received: last.received.to_string(),
            outcome: last.outcome.to_owned(),
        });
        view(state, bound.get(&state.id).copied(), last)
    });
    Ok(ReceiverList {
        receivers: receivers.collect(),
        missing: Vec::new(),
    })
}

fn view(
    state: &Arc<ReceiverState>,
    bound: Option<&BoundReceiver>,
    last: Option<LastDelivery>,
) -> ReceiverReport {
    let config = bound.and_then(|bound| serde_json::from_str(&bound.view.config).ok());
    let is_given = |config: &serde_json::Value| config.as_object().is_some_and(|it| !it.is_empty());
    let references = bound.map_or(&[][..], BoundReceiver::references);
    ReceiverReport {
        id: state.id.clone(),
        provider: state.provider.clone(),
        provider_version: state.provider_version.clone(),
        ready: state.ready,
        reason: state.reason.to_string(),
        // The message of a Receiver that is ready holds its path.
        message: match state.ready {
            true => String::new(),
            false => state.message.clone(),
        },
        warnings: state.warnings.clone(),
        authentication: state.authenticates_by(),
        events: state.events.clone(),
        config: config.filter(is_given),
        resources: references
            .iter()
            .map(|named| format!("{}/{}", named.kind, named.name))
            .collect(),
        last,
    }
}
