use std::borrow::Cow;
use std::time::Duration;

use bellpull_core::text::{REDACTED, scrub};
use bellpull_core::{Acceptance, ReceiverId, Target, limits};
use bellpull_ports::BoundReceiver;
use bellpull_road::Step;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kept::KeptRecord;
use crate::record::{DeliveryRecord, RecordedRequest};
use crate::sequel::{RecordedAttempt, RecordedGivenUp, SequelStep, push};

/// A record as it leaves the process: as JSON with these names. It has no credential, no value of the
/// Secret, no webhook path and no value of a token's claims.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryView {
    pub id: String,
    /// The id of the delivery that this one repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay_of: Option<String>,
    /// RFC 3339.
    pub received: String,
    pub receiver: ReceiverId,
    /// Absent where no component provides the type of the Receiver.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The version of the component that the Receiver is bound to, as it describes itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_version: Option<String>,
    /// The SHA-256 digest of that component.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component_digest: Option<String>,
    /// One of the names of host/README.md, "Outcomes".
    pub outcome: String,
    /// Of the answer, an HTTP status.
    pub status: u16,
    /// What the sender was told.
    pub message: String,
    /// What the log says beyond it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why an authentic delivery is of no interest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    pub request: RequestView,
    /// Microseconds in the component, waiting for its permit included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verify_us: Option<u64>,
    /// The steps of the road that it took, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepView>,
    /// Microseconds from the headers to the answer.
    pub total_us: u64,
    /// Its trace, where `--otlp-endpoint` sends it: 32 digits of hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// The events, as `--on-notify` gets them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<Value>,
    /// The names of the claims of a verified token.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<ReferenceView>,
    /// Targets that were decided about and are not listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_targets: usize,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<AttemptView>,
    /// Targets that are not notified of this delivery any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given_up: Vec<GivenUpView>,
}

/// A step of the road.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepView {
    /// `verify`, `authorize`, `resolve`, `select` or `notify`.
    pub step: String,
    /// Microseconds from the headers to its begin.
    pub began_us: u64,
}

/// The request of a delivery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestView {
    pub method: String,
    pub query: Vec<(String, String)>,
    /// In order. What carries a credential is `[redacted]`.
    pub headers: Vec<(String, String)>,
    pub client: ClientView,
    pub body_bytes: usize,
    /// Whether the kept body is no UTF-8, so that `body` is not exactly what came.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub body_is_binary: bool,
    /// The body as text, if it is kept and holds no secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientView {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Of its certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
}

/// What became of one reference of the Receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReferenceView {
    /// Its place in `spec.resources`.
    pub index: usize,
    /// `Kind/name`, as it is written.
    pub names: String,
    /// Why it names nothing, if it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid: Option<String>,
    pub targets: Vec<TargetView>,
}

/// Whether a target was notified, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetView {
    pub target: String,
    pub decision: String,
}

/// One attempt to notify a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttemptView {
    pub target: String,
    /// RFC 3339.
    pub began: String,
    pub took_us: u64,
    /// Why it failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A target that was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GivenUpView {
    pub target: String,
    /// RFC 3339.
    pub at: String,
    pub why: String,
}

impl DeliveryView {
    pub(crate) fn of(kept: &KeptRecord) -> Self {
        let record = &kept.record;
        let hide = Hiding(record.bound.as_deref());
        let ended = &record.ended;
        let sequel = kept.sequel();
        let (attempts, given_up) = (sequel.attempts.iter(), sequel.given_up.iter());
        let component = record.bound.as_ref().map(|bound| &bound.component);
        Self {
            id: record.id.to_string(),
            replay_of: record.replay_of.clone(),
            received: record.received.to_string(),
            receiver: record.receiver.clone(),
            provider: record.provider.clone(),
            provider_version: component.map(|component| component.version.clone()),
            component_digest: component.map(|component| component.digest.to_string()),
            outcome: ended.outcome.to_owned(),
            status: ended.status,
            message: ended.message.clone(),
            reason: ended.reason.as_deref().map(|reason| hide.text(reason)),
            class: ended.class.map(|class| class.as_str().to_owned()),
            request: hide.request(&record.request),
            verify_us: record.verify.map(micros),
            steps: steps(&record.steps),
            total_us: micros(ended.took),
            trace_id: ended.trace.map(|trace| trace.to_string()),
            events: hide.events(record),
            claims: claims(record),
            references: hide.references(record),
            more_targets: record.more_targets,
            attempts: attempts.map(|attempt| hide.attempt(attempt)).collect(),
            given_up: given_up.map(|given_up| hide.given_up(given_up)).collect(),
        }
    }
}

impl DeliveryView {
    /// Adds what became of a delivery. Of a Receiver whose secrets are not known no error is shown.
    pub(crate) fn add(&mut self, bound: Option<&BoundReceiver>, step: &SequelStep) {
        let hide = Hiding(bound);
        match step {
            SequelStep::Attempted(attempt) => {
                let mut attempt = hide.attempt(attempt);
                if bound.is_none() {
                    attempt.error = attempt.error.map(|_| REDACTED.to_owned());
                }
                push(&mut self.attempts, attempt);
            }
            SequelStep::GivenUp(given_up) => {
                push(&mut self.given_up, hide.given_up(given_up));
            }
        }
    }
}

/// Cuts out the secrets of a Receiver. Of one that was not served the secrets are not known, and
/// everything is hidden that might hold one.
struct Hiding<'a>(Option<&'a BoundReceiver>);

impl Hiding<'_> {
    fn text(&self, text: &str) -> String {
        match self.0 {
            Some(bound) => scrub(text, bound.secrets()),
            None => text.to_owned(),
        }
    }

    /// The value of a header or of a query parameter, unless it carries a credential.
    fn value(&self, value: &str, carries: impl FnOnce(&BoundReceiver) -> bool) -> String {
        match self.0 {
            Some(bound) if !carries(bound) && !holds_secret(bound, value.as_bytes()) => {
                scrub(value, bound.secrets())
            }
            _ => REDACTED.to_owned(),
        }
    }

    fn request(&self, request: &RecordedRequest) -> RequestView {
        let headers = request.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            let carries = |bound: &BoundReceiver| bound.binding.redacts_header(name.as_str());
            (name.as_str().to_owned(), self.value(&value, carries))
        });
        let query = request.query.iter().map(|(name, value)| {
            let carries = |bound: &BoundReceiver| bound.binding.redacts_query(name);
            (self.text(name), self.value(value, carries))
        });
        let certificate = request.client.certificate.as_deref();
        RequestView {
            method: request.method.to_string(),
            query: query.collect(),
            headers: headers.collect(),
            client: ClientView {
                address: request.client.address.map(|address| address.to_string()),
                subject: certificate.map(|shown| shown.subject.clone()),
                names: certificate.map_or_else(Vec::new, |shown| shown.names.clone()),
            },
            body_bytes: request.body_bytes,
            body_is_binary: (request.body.as_ref())
                .is_some_and(|body| std::str::from_utf8(body).is_err()),
            body: self.body(request),
        }
    }

    /// A body in which a credential is presented, or that holds a secret, is not shown at all.
    fn body(&self, request: &RecordedRequest) -> Option<String> {
        let bound = self.0.filter(|bound| !bound.binding.hides_body())?;
        let body = request.body.as_ref()?;
        let text = String::from_utf8_lossy(body);
        let hides = holds_secret(bound, body) || scrub(&text, bound.secrets()) != text;
        (!hides).then(|| text.into_owned())
    }

    fn events(&self, record: &DeliveryRecord) -> Option<Value> {
        let ignored = record.ignored.as_ref().and_then(|told| told.event.clone());
        let told = match &record.acceptance {
            Some(acceptance) => Cow::Borrowed(&**acceptance),
            None => Cow::Owned(Acceptance::from(ignored?)),
        };
        let told = self.0?.scrub(&told);
        serde_json::to_value(told.report(told.all())).ok()
    }

    fn references(&self, record: &DeliveryRecord) -> Vec<ReferenceView> {
        let references = record.references.iter().map(|reference| ReferenceView {
            index: reference.index,
            names: self.named(reference.index),
            invalid: reference.invalid.as_deref().map(|why| self.text(why)),
            targets: reference
                .targets
                .iter()
                .map(|(target, decision)| TargetView {
                    target: self.target(target),
                    decision: self.text(decision),
                })
                .collect(),
        });
        references.collect()
    }

    fn named(&self, index: usize) -> String {
        let references = self.0.map_or(&[][..], BoundReceiver::references);
        let named = references.get(index);
        named.map_or_else(String::new, |named| {
            self.text(&format!("{}/{}", named.kind, named.name))
        })
    }

    fn target(&self, target: &Target) -> String {
        self.text(&target.to_string())
    }

    fn attempt(&self, attempt: &RecordedAttempt) -> AttemptView {
        AttemptView {
            target: self.target(&attempt.target),
            began: attempt.began.to_string(),
            took_us: micros(attempt.took),
            error: attempt.error.as_deref().map(|error| self.text(error)),
        }
    }

    fn given_up(&self, given_up: &RecordedGivenUp) -> GivenUpView {
        GivenUpView {
            target: self.target(&given_up.target),
            at: given_up.at.to_string(),
            why: given_up.why.to_string(),
        }
    }
}

/// Whether a text has a value of the Secret or the webhook path, in any encoding in which components may
/// not read it either. What takes too long to search counts as one that has.
fn holds_secret(bound: &BoundReceiver, text: &[u8]) -> bool {
    let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
    let mut left = limits::SEARCH_FLOOR + length.saturating_mul(limits::SEARCH_FACTOR);
    bound.redaction.hides(text, &mut left).unwrap_or(true)
}

/// The names of the claims, without their values.
fn claims(record: &DeliveryRecord) -> Vec<String> {
    let claims = record
        .acceptance
        .as_ref()
        .and_then(|told| told.claims.as_ref());
    claims.map_or_else(Vec::new, |claims| claims.keys().cloned().collect())
}

fn steps(steps: &[(Step, Duration)]) -> Vec<StepView> {
    let steps = steps.iter().map(|(step, began)| StepView {
        step: step.as_str().to_owned(),
        began_us: micros(*began),
    });
    steps.collect()
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}
