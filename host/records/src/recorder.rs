use std::sync::Arc;
use std::time::{Duration, Instant};

use bellpull_core::http::{HeaderMap, Method};
use bellpull_core::{
    Acceptance, Bytes, Delivery, DeliveryClient, DeliveryId, Disinterest, Timestamp, Usage, limits,
};
use bellpull_ports::{Entry, Filters, FoundTarget};
use bellpull_road::{Decision, Observe, Step};

use crate::record::{DeliveryRecord, Ended, RecordedReference, RecordedRequest};
use crate::settings::RecordedBodies;

/// Targets of one delivery that are listed with what was decided about them. The others are counted.
const MOST_TARGETS: usize = 256;
/// Steps of a delivery that goes the whole road.
const STEPS: usize = 5;

/// Makes the record of one delivery to a known path while it is on the road.
pub struct Recorder {
    bodies: RecordedBodies,
    record: DeliveryRecord,
    /// Until it has ended or is proven. Its bytes are counted; a copy of them while it waits would not be.
    delivery: Option<Arc<Delivery>>,
    listed: usize,
    began: Instant,
}

impl Recorder {
    /// Begins with the head of a request to the path of `entry`. The headers are kept at once only where the
    /// Receiver is not served, since nothing is waited for then.
    #[must_use]
    pub fn begin<C, F: Filters>(
        bodies: RecordedBodies,
        entry: &Entry<C, F>,
        id: DeliveryId,
        received: Timestamp,
        method: &Method,
        headers: &HeaderMap,
        client: &DeliveryClient,
    ) -> Self {
        let headers = match entry {
            Entry::Serving(_) => HeaderMap::new(),
            Entry::Unavailable { .. } => headers.clone(),
        };
        let (receiver, provider, bound) = match entry {
            Entry::Serving(route) => {
                let bound = Arc::clone(&route.bound);
                (
                    bound.id().clone(),
                    Some(bound.view.provider.clone()),
                    Some(bound),
                )
            }
            Entry::Unavailable {
                receiver, provider, ..
            } => (receiver.clone(), provider.clone(), None),
        };
        Self {
            bodies,
            record: DeliveryRecord {
                id,
                replay_of: None,
                received,
                receiver,
                provider,
                bound,
                request: RecordedRequest {
                    method: method.clone(),
                    query: Vec::new(),
                    headers,
                    client: client.clone(),
                    body_bytes: 0,
                    body: None,
                },
                verify: None,
                steps: Vec::with_capacity(STEPS),
                acceptance: None,
                ignored: None,
                references: Vec::new(),
                more_targets: 0,
                ended: Ended::default(),
            },
            delivery: None,
            listed: 0,
            began: Instant::now(),
        }
    }

    /// The delivery repeats an earlier one.
    #[must_use]
    pub fn replaying(mut self, earlier: String) -> Self {
        self.record.replay_of = Some(earlier);
        self
    }

    /// The delivery is complete.
    pub fn arrived(&mut self, delivery: &Arc<Delivery>) {
        self.delivery = Some(Arc::clone(delivery));
    }

    /// The record, once the delivery has ended.
    pub(crate) fn finish(mut self, ended: Ended) -> DeliveryRecord {
        if let Some(delivery) = self.delivery.take() {
            self.copy_head(&delivery);
        }
        DeliveryRecord {
            ended,
            ..self.record
        }
    }

    /// The delivery has proven who sent it. The memory of its bytes is for others from here on, so what is
    /// kept is copied.
    fn proven(&mut self) {
        let Some(delivery) = self.delivery.take() else {
            return;
        };
        self.copy_head(&delivery);
        let is_kept = self.bodies == RecordedBodies::Verified;
        if is_kept && delivery.body.len() <= limits::RECORDED_BODY {
            self.record.request.body = Some(Bytes::copy_from_slice(&delivery.body));
        }
    }

    fn copy_head(&mut self, delivery: &Delivery) {
        let request = &mut self.record.request;
        request.query = delivery.query_pairs().collect();
        request.headers = delivery.headers.clone();
        request.body_bytes = delivery.body.len();
    }
}

impl Observe for Recorder {
    fn begins(&mut self, step: Step) {
        self.record.steps.push((step, self.began.elapsed()));
    }

    fn verified(&mut self, took: Duration, _usage: Usage) {
        self.record.verify = Some(took);
    }

    fn ignored(&mut self, told: &Disinterest) {
        self.proven();
        self.record.ignored = Some(told.clone());
    }

    fn authorized(&mut self, acceptance: &Arc<Acceptance>) {
        self.proven();
        self.record.acceptance = Some(Arc::clone(acceptance));
    }

    fn reference(&mut self, index: usize, found: Result<&[FoundTarget], &str>) {
        self.record.references.push(RecordedReference {
            index,
            invalid: found.err().map(str::to_owned),
            targets: Vec::new(),
        });
    }

    fn decided(&mut self, decision: &Decision<'_, '_>) {
        if self.listed >= MOST_TARGETS {
            self.record.more_targets += 1;
            return;
        }
        self.listed += 1;
        let several = self
            .record
            .acceptance
            .as_ref()
            .is_some_and(|told| told.is_several());
        if let Some(reference) = self.record.references.last_mut() {
            let target = decision.found.target.clone();
            let sentence = decision.sentence(several);
            reference.targets.push((target, of_record(sentence)));
        }
    }
}

/// The road says of a selected target that it is notified, since that is to come. Whether it came is told by
/// the attempts of the record.
fn of_record(sentence: String) -> String {
    match sentence.strip_prefix("notified") {
        Some(rest) => format!("selected{rest}"),
        None => sentence,
    }
}

/// What is known before the delivery has ended.
impl Default for Ended {
    fn default() -> Self {
        Self {
            outcome: "",
            status: 0,
            message: String::new(),
            reason: None,
            class: None,
            took: Duration::ZERO,
            trace: None,
        }
    }
}
