use std::sync::Arc;
use std::time::Duration;

use bellpull_core::http::{HeaderMap, Method};
use bellpull_core::{
    Acceptance, Bytes, DeliveryClient, DeliveryId, Disinterest, IgnoreClass, ReceiverId, Target,
    Timestamp, TraceId,
};
use bellpull_ports::BoundReceiver;
use bellpull_road::{Ending, Step};

/// Estimated memory of a record beside what it holds, and of a header, a target and an attempt beside
/// their texts.
const RECORD: usize = 1 << 10;
const HEADER: usize = 96;
pub(crate) const TARGET: usize = 192;

/// How a delivery ended, as its answer and its log say it.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The name of the outcome.
    pub outcome: &'static str,
    pub status: u16,
    pub message: String,
    pub reason: Option<String>,
    pub class: Option<IgnoreClass>,
    /// From the headers to the answer.
    pub took: Duration,
    /// `None`: it is not traced.
    pub trace: Option<TraceId>,
}

impl Ended {
    /// `status` is that of the answer, and `took` is from the headers to it.
    #[must_use]
    pub fn of(ending: &Ending, status: u16, took: Duration) -> Self {
        let outcome = &ending.outcome;
        Self {
            outcome: outcome.kind().as_str(),
            status,
            message: outcome.message(),
            reason: ending.reason.clone(),
            class: outcome.class(),
            took,
            trace: None,
        }
    }

    /// The same for a delivery with this trace.
    #[must_use]
    pub fn traced(self, trace: Option<TraceId>) -> Self {
        Self { trace, ..self }
    }
}

/// What is recorded of one delivery. It holds credentials: only a [`DeliveryView`](crate::DeliveryView)
/// of it leaves the process.
pub(crate) struct DeliveryRecord {
    pub(crate) id: DeliveryId,
    /// The delivery that this one repeats.
    pub(crate) replay_of: Option<String>,
    pub(crate) received: Timestamp,
    pub(crate) receiver: ReceiverId,
    pub(crate) provider: Option<String>,
    /// `None`: the Receiver was not served.
    pub(crate) bound: Option<Arc<BoundReceiver>>,
    pub(crate) request: RecordedRequest,
    pub(crate) verify: Option<Duration>,
    /// When each step of the road began, from the headers on.
    pub(crate) steps: Vec<(Step, Duration)>,
    pub(crate) acceptance: Option<Arc<Acceptance>>,
    pub(crate) ignored: Option<Disinterest>,
    pub(crate) references: Vec<RecordedReference>,
    /// Targets that were decided about and are not listed in `references`.
    pub(crate) more_targets: usize,
    pub(crate) ended: Ended,
}

/// The request of a delivery.
pub(crate) struct RecordedRequest {
    pub(crate) method: Method,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) client: DeliveryClient,
    pub(crate) body_bytes: usize,
    /// `None`: it is not kept.
    pub(crate) body: Option<Bytes>,
}

/// What became of one reference of the Receiver.
pub(crate) struct RecordedReference {
    pub(crate) index: usize,
    /// Why it names nothing, if it does not.
    pub(crate) invalid: Option<String>,
    /// Its targets, each with what was decided.
    pub(crate) targets: Vec<(Target, String)>,
}

impl DeliveryRecord {
    /// Whether the delivery has proven who sent it.
    pub(crate) fn is_proven(&self) -> bool {
        self.acceptance.is_some() || self.ignored.is_some()
    }

    /// An upper estimate of its memory, in bytes, without attempts.
    pub(crate) fn weight(&self) -> usize {
        let request = &self.request;
        let headers = request.headers.iter();
        let headers = headers.map(|(name, value)| name.as_str().len() + value.len() + HEADER);
        let query = request.query.iter();
        let query = query.map(|(name, value)| name.len() + value.len() + HEADER);
        let targets = self
            .references
            .iter()
            .flat_map(|reference| &reference.targets);
        let targets = targets.map(|(target, why)| target.name.len() + why.len() + TARGET);
        let accepted = self.acceptance.as_ref().map_or(0, |told| told.weight());
        let ignored = self.ignored.iter().filter_map(|told| told.event.clone());
        let ignored = ignored.map(|event| Acceptance::from(event).weight());
        RECORD
            + headers.sum::<usize>()
            + query.sum::<usize>()
            + request.body.as_ref().map_or(0, Bytes::len)
            + targets.sum::<usize>()
            + accepted
            + ignored.sum::<usize>()
            + self.ended.reason.as_ref().map_or(0, String::len)
    }
}
