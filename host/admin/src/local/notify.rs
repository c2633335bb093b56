use std::sync::Arc;

use bellpull_core::http::{HeaderMap, Method};
use bellpull_core::{
    Acceptance, Bytes, Delivery, DeliveryClient, DeliveryId, Event, ReceiverId, Target, limits,
};
use bellpull_ports::Host;
use tokio::time::Instant;

use super::local_admin::{LocalAdmin, Process, ended};
use crate::admin::Answer;
use crate::api::{NotifiedByHand, NotifyRequest};
use crate::error::{AdminError, ErrorKind};

/// The kind of the event that targets are notified of.
const KIND: &str = "notify";

/// Notifies targets of a Receiver as if a delivery had come.
pub(super) async fn notify<H: Host, P: Process>(
    admin: &LocalAdmin<H, P>,
    receiver: &ReceiverId,
    request: NotifyRequest,
) -> Answer<NotifiedByHand> {
    let route = admin.route(receiver)?;
    let id = DeliveryId::generate();
    let delivery = Delivery {
        id: id.clone(),
        received: admin.road.host().now(),
        method: Method::POST,
        target: String::new(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        client: DeliveryClient::default(),
    };
    let event = Event {
        kind: KIND.to_owned(),
        ..Event::default()
    };
    let deadline = Instant::now() + limits::ANSWER_DEADLINE;
    let acceptance = Arc::new(Acceptance::from(event));
    let road = &admin.road;
    let authorized = road.resume(route, Arc::new(delivery), acceptance, deadline);
    let asked = request.target.as_deref();
    let wanted = asked.map(|asked| move |target: &Target| is_named(target, asked));
    let selected = road.choose_all(authorized, wanted).await;
    let selected = selected.map_err(|ending| {
        let why = ending.reason.unwrap_or_else(|| ending.outcome.message());
        AdminError::new(ErrorKind::Conflict, why)
    })?;
    let targets: Vec<String> = selected.targets().map(ToString::to_string).collect();
    if let Some(asked) = request.target.as_deref().filter(|_| targets.is_empty()) {
        let message = format!(
            "Receiver {receiver} references no object {asked:?}: name one of its targets as Kind/name or \
             Kind/namespace/name"
        );
        return Err(AdminError::new(ErrorKind::NotFound, message));
    }
    let ending = match road.notify(selected).await {
        Ok(notified) => notified.ending(false),
        Err(ending) => ending,
    };
    let ended = ended(&ending);
    tracing::info!(
        delivery = %id, %receiver, target = request.target, targets = targets.len(),
        outcome = ended.outcome, "notified by hand"
    );
    Ok(NotifiedByHand {
        id: id.to_string(),
        targets,
        ended,
    })
}

/// Whether `asked` names the target, as `Kind/name` or `Kind/namespace/name`. Kinds compare without case.
fn is_named(target: &Target, asked: &str) -> bool {
    let (kind, rest) = asked.split_once('/').unwrap_or((asked, ""));
    let name = match rest.split_once('/') {
        Some((namespace, name)) if namespace == target.namespace => name,
        Some(_) => return false,
        None => rest,
    };
    kind.eq_ignore_ascii_case(&target.kind) && name == target.name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_named_with_or_without_its_namespace() {
        let target = Target {
            api_version: "source.toolkit.fluxcd.io/v1".into(),
            kind: "GitRepository".into(),
            namespace: "apps".into(),
            name: "web".into(),
        };
        for (asked, expected) in [
            ("GitRepository/web", true),
            ("gitrepository/web", true),
            ("GitRepository/apps/web", true),
            ("GitRepository/other/web", false),
            ("GitRepository/we", false),
            ("Bucket/web", false),
            ("GitRepository", false),
            ("web", false),
            ("", false),
        ] {
            assert_eq!(is_named(&target, asked), expected, "{asked}");
        }
    }
}
