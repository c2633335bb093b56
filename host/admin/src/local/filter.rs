use std::sync::Arc;
use std::time::{Duration, Instant};

use bellpull_core::text::scrub;
use bellpull_core::{Bytes, Detail, Target, TargetError, detail_of, limits};
use bellpull_filter::{
    CelFilter, DeliveryVariable, EventFacts, ExplainedPart, Limits, ReceiverVariable, RequestBody,
    Resource,
};
use bellpull_ports::{BoundReceiver, FoundTarget, Host, Targets as _};
use bellpull_records::{DeliveryView, StoredRequest};
use futures_util::future::join_all;
use serde_json::json;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::deliveries;
use super::local_admin::{LocalAdmin, Process};
use crate::admin::Answer;
use crate::api::{ExplainedEvent, FilterRequest, Filtered, FilteredTarget, PartView};
use crate::error::{AdminError, ErrorKind};

/// Objects that are answered, and events that are explained of each.
const MOST_TARGETS: usize = 100;
const MOST_EVENTS: usize = 4;
/// No object is begun after this time.
const LONGEST: Duration = Duration::from_secs(10);
/// Most characters of a part and of a value.
const MOST_TEXT: usize = 400;
/// Stands for a value of a token's claims, which leave the process as little as they do with a record.
const CLAIMS: &str = "(made of claims, and not shown)";

/// Evaluates a filter for a recorded delivery and the objects that its Receiver references now. It reads
/// what the record shows, so it tells no more.
pub(super) async fn try_on<H: Host, P: Process>(
    admin: &LocalAdmin<H, P>,
    request: FilterRequest,
) -> Answer<Filtered> {
    let records = &admin.parts.records;
    let record = deliveries::show(records, &request.delivery).await?;
    let conflict = |why: &str| AdminError::new(ErrorKind::Conflict, why);
    let stored = records.request(&request.delivery).ok_or_else(|| {
        conflict("an earlier process took this delivery, and what it told is no longer known")
    })?;
    let route = admin.route(&stored.receiver)?;
    let bound = Arc::clone(&route.bound);
    let facts = facts(&bound, &record, &stored)
        .ok_or_else(|| conflict("the delivery was not accepted, so no filter is asked of it"))?;
    let (found, invalid) = objects(admin.road.host(), &bound).await?;
    let has_body = record.request.body.is_some() || record.request.body_bytes == 0;
    let trying = Arc::clone(&admin.trying).acquire_owned().await;
    // What a browser no longer waits for goes on to its end: the permit keeps the next one waiting.
    let tried = spawn_blocking(move || {
        let _permit = trying;
        let filter = compile(&request.expression, &facts)?;
        if filter.reads_request() && !has_body {
            let why = "the expression reads req, and the body of this delivery is not kept, or holds a \
                       secret: --record-bodies verified keeps bodies";
            return Err(AdminError::new(ErrorKind::Conflict, why));
        }
        let trial = Trial {
            filter,
            facts,
            bound,
        };
        Ok(trial.of(found, invalid))
    });
    tried
        .await
        .map_err(|_| AdminError::new(ErrorKind::Failed, "the expression broke the evaluator off"))?
}

fn compile(expression: &str, facts: &[EventFacts]) -> Answer<CelFilter> {
    let with_claims = facts.iter().any(EventFacts::has_claims);
    CelFilter::compile(expression, with_claims, &Limits::default())
        .map_err(|wrong| AdminError::new(ErrorKind::Invalid, wrong.to_string()))
}

/// What was told of the delivery, without secrets. `None`: it was not accepted.
fn facts(
    bound: &BoundReceiver,
    record: &DeliveryView,
    stored: &StoredRequest,
) -> Option<Vec<EventFacts>> {
    let acceptance = bound.scrub(stored.acceptance.as_ref()?);
    let shown = &record.request;
    let named = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("content-type");
    let content_type = shown.headers.iter().find(named);
    let content_type = content_type.map(|(_, value)| value.as_str());
    let body = Bytes::from(shown.body.clone().unwrap_or_default());
    let delivery = DeliveryVariable {
        method: shown.method.clone(),
        query: shown.query.clone(),
        headers: shown.headers.clone(),
        client: stored.client.clone(),
    };
    let receiver = Arc::new(ReceiverVariable::from(bound));
    let body = RequestBody::new(content_type, body);
    Some(EventFacts::of_each(
        Arc::new(acceptance),
        body,
        delivery,
        receiver,
    ))
}

/// The objects that the Receiver references now, with their metadata, and the references that name none.
async fn objects<H: Host>(
    host: &H,
    bound: &BoundReceiver,
) -> Answer<(Vec<FoundTarget>, Vec<String>)> {
    let spec = &bound.object.spec;
    let lookups = bound.references().iter().map(|reference| {
        let detail = detail_of(spec, reference).max(Detail::Metadata);
        host.targets().resolve(bound.id(), reference, detail)
    });
    let not_yet = |why: String| AdminError::new(ErrorKind::Conflict, why);
    let answers = timeout(limits::ANSWER_DEADLINE, join_all(lookups)).await;
    let answers = answers.map_err(|_| not_yet("the targets are not known yet".to_owned()))?;
    let (mut found, mut invalid) = (Vec::new(), Vec::new());
    for answer in answers {
        match answer {
            Ok(objects) => found.extend(objects),
            Err(TargetError::Invalid(why)) => invalid.push(why),
            Err(TargetError::NotYet(why)) => return Err(not_yet(why)),
        }
    }
    found.sort_by(|one, other| one.target.cmp(&other.target));
    found.dedup_by(|one, other| one.target == other.target);
    Ok((found, invalid))
}

/// A filter with what it is tried on.
struct Trial {
    filter: CelFilter,
    facts: Vec<EventFacts>,
    bound: Arc<BoundReceiver>,
}

impl Trial {
    fn of(&self, found: Vec<FoundTarget>, invalid: Vec<String>) -> Filtered {
        let (all, until) = (found.len(), Instant::now() + LONGEST);
        let in_time = found.iter().take(MOST_TARGETS);
        let in_time = in_time.take_while(|_| Instant::now() < until);
        let targets: Vec<FilteredTarget> = in_time.map(|found| self.target(found)).collect();
        Filtered {
            more_targets: all - targets.len(),
            targets,
            invalid: invalid.iter().map(|why| self.shown(why)).collect(),
        }
    }

    fn target(&self, found: &FoundTarget) -> FilteredTarget {
        let resource = match &found.object {
            Some(object) => Resource::of(&object.resource),
            None => unknown(&found.target),
        };
        let (value, error) = match self.of_any(&resource) {
            Ok(value) => (Some(value), None),
            Err(error) => {
                let error = without_claims(self.filter.source(), error);
                (None, Some(self.shown(&error)))
            }
        };
        let events = self.facts.iter().take(MOST_EVENTS);
        let events = events.map(|event| ExplainedEvent {
            event: event.title(),
            parts: self
                .filter
                .explain(event, &resource)
                .iter()
                .map(|part| self.part(part))
                .collect(),
        });
        FilteredTarget {
            target: self.shown(&found.target.to_string()),
            value,
            error,
            events: events.collect(),
        }
    }

    /// Whether the filter selects the object for some event. If it does for none, the first error.
    fn of_any(&self, resource: &Resource) -> Result<bool, String> {
        let mut first = Ok(false);
        for event in &self.facts {
            match self.filter.evaluate(event, resource) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(error) => first = first.and(Err(error.to_string())),
            }
        }
        first
    }

    fn part(&self, part: &ExplainedPart) -> PartView {
        let source = self.filter.source();
        let text = source.get(part.span.clone()).unwrap_or_default();
        let text: Vec<&str> = text.split_whitespace().collect();
        let text = text.join(" ");
        let (value, error) = match &part.outcome {
            Some(Ok(value)) => (Some(value.to_string()), None),
            Some(Err(error)) => (None, Some(error.to_string())),
            None => (None, None),
        };
        let told = |value: String| self.shown(&without_claims(&text, value));
        PartView {
            depth: part.depth,
            value: value.map(told),
            error: error.map(told),
            text: shortened(&text),
        }
    }

    fn shown(&self, text: &str) -> String {
        shortened(&scrub(text, self.bound.secrets()))
    }
}

/// What a part of an expression came to, unless it may hold the value of a claim: whatever is made of a claim
/// names the claims.
fn without_claims(part: &str, came_to: String) -> String {
    let is_decision = matches!(came_to.as_str(), "true" | "false");
    match part.contains("claims") && !is_decision {
        true => CLAIMS.to_owned(),
        false => came_to,
    }
}

/// An object of which no more is known than its name.
fn unknown(target: &Target) -> Resource {
    let metadata = json!({"name": target.name, "namespace": target.namespace});
    Resource::new(&target.api_version, &target.kind, &metadata)
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_of_a_claim_is_not_told() {
        for (part, came_to, expected) in [
            ("claims.sub", "\"repo:o/r\"", CLAIMS),
            ("[claims.sub]", "[\"repo:o/r\"]", CLAIMS),
            ("claims.sub.size()", "8", CLAIMS),
            ("claims.sub == 'repo:o/r'", "true", "true"),
            ("event.kind", "\"push\"", "\"push\""),
        ] {
            assert_eq!(without_claims(part, came_to.to_owned()), expected, "{part}");
        }
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let long = "é".repeat(MOST_TEXT + 1);
        assert_eq!(shortened(&long), format!("{}…", "é".repeat(MOST_TEXT)));
        assert_eq!(shortened("é"), "é");
    }
}
