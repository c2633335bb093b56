use std::sync::Arc;

use bellpull_core::{Delivery, DeliveryId, Outcome, OutcomeKind, Timestamp, limits};
use bellpull_ports::{BoundReceiver, Entry, Host, RouteOf};
use bellpull_records::{Ended, Recorder, StoredRequest};
use bellpull_road::{Ending, Observe as _};
use tokio::time::Instant;

use super::deliveries;
use super::local_admin::{LocalAdmin, Process, ended};
use crate::admin::Answer;
use crate::api::{Replayed, ReplayedFrom};
use crate::error::{AdminError, ErrorKind};

/// Takes a recorded delivery along the road again: from its verification if its body was kept, else from
/// the verdict of then. A request that no longer proves itself, such as by a signed time, goes on from the
/// verdict too.
pub(super) async fn replay<H: Host, P: Process>(
    admin: &LocalAdmin<H, P>,
    earlier: &str,
) -> Answer<Replayed> {
    let records = &admin.parts.records;
    let stored = records.request(earlier);
    let Some(stored) = stored else {
        // A record of an earlier process is shown, and its credentials are gone.
        deliveries::show(records, earlier).await?;
        let message = "its request is no longer in memory, where alone credentials are kept: it made room for \
                       newer ones, or an earlier process took it; save it, or use notify";
        return Err(AdminError::new(ErrorKind::Conflict, message));
    };
    let route = admin.route(&stored.receiver)?;
    let delivery = delivery(&route.bound, &stored, admin.road.host().now());
    let replay = Replay {
        admin,
        earlier,
        route,
        began: Instant::now(),
    };
    let id = delivery.id.clone();
    let (from, why, ending) = replay.take(&stored, delivery).await?;
    let ended = ended(&ending);
    tracing::info!(
        delivery = %id, receiver = %stored.receiver, replay_of = earlier, outcome = ended.outcome, "replay"
    );
    Ok(Replayed {
        id: id.to_string(),
        from,
        why,
        ended,
    })
}

/// The request of then, as a delivery of now.
fn delivery(receiver: &BoundReceiver, stored: &StoredRequest, now: Timestamp) -> Arc<Delivery> {
    let path = receiver.paths.first().map_or("", |path| path);
    Arc::new(Delivery {
        id: DeliveryId::generate(),
        received: now,
        method: stored.method.clone(),
        target: stored.target(path),
        headers: stored.headers.clone(),
        body: stored.body.clone().unwrap_or_default(),
        client: stored.client.clone(),
    })
}

/// A replay under way.
struct Replay<'a, H: Host, P> {
    admin: &'a LocalAdmin<H, P>,
    earlier: &'a str,
    route: Arc<RouteOf<H>>,
    began: Instant,
}

impl<H: Host, P: Process> Replay<'_, H, P> {
    async fn take(
        &self,
        stored: &StoredRequest,
        delivery: Arc<Delivery>,
    ) -> Answer<(ReplayedFrom, Option<String>, Ending)> {
        let why = if stored.body.is_some() {
            let (recorder, ending) = self.verify(Arc::clone(&delivery)).await;
            let fails = ending.outcome.kind() == OutcomeKind::Unauthenticated;
            if !fails || stored.acceptance.is_none() {
                self.keep(recorder, &ending);
                return Ok((ReplayedFrom::Verification, None, ending));
            }
            let why = ending.reason.unwrap_or_else(|| ending.outcome.message());
            format!("it no longer proves itself: {why}")
        } else {
            "its body was not kept: only bodies that prove themselves are, with --record-bodies verified".to_owned()
        };
        let Some(acceptance) = &stored.acceptance else {
            let message = format!("nothing can be replayed: it was not accepted, and {why}");
            return Err(AdminError::new(ErrorKind::Conflict, message));
        };
        let deadline = Instant::now() + limits::ANSWER_DEADLINE;
        let mut recorder = self.recorder(&delivery);
        let road = &self.admin.road;
        let (route, told) = (Arc::clone(&self.route), Arc::clone(acceptance));
        let has_body = stored.body.is_some();
        let resumed = road.resume(route, delivery, told, deadline);
        recorder.authorized(acceptance);
        let walked = async {
            let selected = road.choose(resumed, &mut recorder).await?;
            road.notify(selected).await
        };
        let ending = match walked.await {
            Ok(notified) => notified.ending(false),
            Err(ending) => ending,
        };
        if let (Outcome::Unfilterable(_), false) = (&ending.outcome, has_body) {
            let message = format!("a filter of its Receiver reads the body, and {why}");
            return Err(AdminError::new(ErrorKind::Conflict, message));
        }
        self.keep(recorder, &ending);
        Ok((ReplayedFrom::Verdict, Some(why), ending))
    }

    async fn verify(&self, delivery: Arc<Delivery>) -> (Recorder, Ending) {
        let mut recorder = self.recorder(&delivery);
        let entry = Entry::Serving(Arc::clone(&self.route));
        let deadline = Instant::now() + limits::ANSWER_DEADLINE;
        let road = &self.admin.road;
        let arrived = road.arrive(entry, delivery, limits::MAX_BODY, deadline);
        let walked = match arrived {
            Ok(arrived) => road.walk(arrived, &mut recorder).await,
            Err(ending) => Err(ending),
        };
        let ending = match walked {
            Ok(notified) => notified.ending(false),
            Err(ending) => ending,
        };
        (recorder, ending)
    }

    fn recorder(&self, delivery: &Arc<Delivery>) -> Recorder {
        let entry: Entry<_, H::Filters> = Entry::Serving(Arc::clone(&self.route));
        let mut recorder = Recorder::begin(
            self.admin.parts.records.bodies(),
            &entry,
            delivery.id.clone(),
            delivery.received,
            &delivery.method,
            &delivery.headers,
            &delivery.client,
        )
        .replaying(self.earlier.to_owned());
        recorder.arrived(delivery);
        recorder
    }

    fn keep(&self, recorder: Recorder, ending: &Ending) {
        let ended = Ended::of(ending, ending.outcome.status(), self.began.elapsed());
        self.admin.parts.records.keep(recorder, ended);
    }
}
