use std::sync::{Arc, Mutex};
use std::time::Duration;

use bellpull_core::http::HeaderMap;
use bellpull_core::{
    Acceptance, DeliveryId, Event, EventSet, Notification, OutcomeKind, PatchError, ReceiverId,
    Target, Timestamp, TraceContext, limits,
};
use opentelemetry::Context;
use opentelemetry::trace::{SpanId, Status, TraceId};
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{
    Sampler, SdkTracerProvider, Span, SpanData, SpanExporter, SpanProcessor,
};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use super::bounded::{BoundedSpans, WaitingSpans};
use super::export::{CountedExport, LastFailure};
use super::reports::LossReports;
use super::*;
use crate::traced_end::TracedEnd;

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";

/// Keeps what is exported.
#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Vec<SpanData>>>);

impl Kept {
    fn spans(&self) -> Vec<SpanData> {
        self.0.lock().unwrap().clone()
    }
}

impl SpanExporter for Kept {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap().extend(batch);
        Ok(())
    }
}

fn tracer(trusts: bool) -> (DeliveryTracer, Kept) {
    let kept = Kept::default();
    let provider = SdkTracerProvider::builder()
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
        .with_simple_exporter(kept.clone())
        .build();
    (DeliveryTracer::from_provider(provider, trusts), kept)
}

fn traceparent(flags: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let parent = format!("{PARENT}{flags}");
    headers.insert("traceparent", parent.parse().unwrap());
    headers
}

fn begun(tracer: &DeliveryTracer) -> DeliveryTrace {
    let trace = tracer.begin(&HeaderMap::new(), Timestamp::now());
    trace.expect("everything is sampled")
}

fn end(trace: DeliveryTrace, outcome: OutcomeKind, status: u16) {
    trace.end(&TracedEnd {
        delivery: &DeliveryId::generate(),
        receiver: &ReceiverId::new("n", "r"),
        provider: None,
        client: None,
        outcome,
        status,
        class: None,
        reason: None,
        body: 0,
        events: None,
        targets: 0,
    });
}

#[test]
fn the_steps_of_a_delivery_are_its_children_one_after_another() {
    let (tracer, kept) = tracer(false);
    let mut trace = begun(&tracer);
    let context = trace.context();
    for step in ["admit", "read", "verify"] {
        trace.begins(step);
    }
    end(trace, OutcomeKind::Unauthenticated, 401);
    let spans = kept.spans();
    let names: Vec<&str> = spans.iter().map(|span| &*span.name).collect();
    assert_eq!(names, ["admit", "read", "verify", "delivery"]);
    for pair in spans.windows(2) {
        assert!(pair[0].end_time <= pair[1].end_time);
        assert_eq!(pair[0].parent_span_id, SpanId::from(context.span));
        assert_eq!(pair[0].status, Status::Unset);
    }
    let ids = spans.iter().map(|span| span.span_context.trace_id());
    let own = TraceId::from(context.trace.0);
    assert!(
        ids.clone().all(|id| id == own),
        "{own}: {:?}",
        ids.collect::<Vec<_>>()
    );
}

#[test]
fn what_the_server_failed_at_is_an_error_of_the_delivery_and_of_its_last_step() {
    let (tracer, kept) = tracer(false);
    let mut trace = begun(&tracer);
    trace.begins("select");
    trace.begins("notify");
    end(trace, OutcomeKind::Failed, 503);
    let failed = Status::error("failed");
    let expected = [Status::Unset, failed.clone(), failed];
    let statuses: Vec<Status> = kept.spans().into_iter().map(|span| span.status).collect();
    assert_eq!(statuses, expected);
}

#[test]
fn a_delivery_that_is_abandoned_ends_its_spans() {
    let (tracer, kept) = tracer(false);
    let mut trace = begun(&tracer);
    trace.begins("verify");
    drop(trace);
    let names: Vec<String> = kept
        .spans()
        .iter()
        .map(|span| span.name.to_string())
        .collect();
    assert_eq!(names, ["verify", "delivery"]);
}

#[test]
fn the_sender_says_what_to_trace_only_where_it_is_trusted() {
    for (trusts, flags, traced, continued) in [
        (false, "01", true, false),
        (false, "00", true, false),
        (true, "01", true, true),
        (true, "00", false, false),
        (true, "nonsense", true, false),
    ] {
        let (tracer, _kept) = tracer(trusts);
        let trace = tracer.begin(&traceparent(flags), Timestamp::now());
        assert_eq!(trace.is_some(), traced, "{trusts} {flags}");
        let id = trace.map(|trace| trace.context().trace.to_string());
        let is_theirs = id.is_some_and(|id| id == PARENT[3..35]);
        assert_eq!(is_theirs, continued, "{trusts} {flags}");
    }
}

fn notification(trace: Option<TraceContext>) -> Arc<Notification> {
    Arc::new(Notification {
        delivery: DeliveryId::generate(),
        received: Timestamp::now(),
        receiver: ReceiverId::new("n", "r"),
        provider: "github".to_owned(),
        acceptance: Arc::new(Acceptance::from(Event::default())),
        selected: EventSet::NONE,
        min_interval: None,
        trace,
        room: None,
    })
}

fn target() -> Target {
    Target {
        api_version: "source.toolkit.fluxcd.io/v1".to_owned(),
        kind: "GitRepository".to_owned(),
        namespace: "n".to_owned(),
        name: "app".to_owned(),
    }
}

#[test]
fn an_attempt_is_told_in_each_trace_after_the_answer_too() {
    let (tracer, kept) = tracer(false);
    let traces = [begun(&tracer), begun(&tracer)];
    let contexts = traces.each_ref().map(DeliveryTrace::context);
    for trace in traces {
        end(trace, OutcomeKind::Accepted, 202);
    }
    let mut sharing = vec![notification(None)];
    sharing.extend(contexts.map(|context| notification(Some(context))));
    let refused = Err(PatchError::Permanent("gone".to_owned()));
    let results = [Some(Ok(())), Some(refused), None];
    for (result, error) in results
        .iter()
        .zip([None, Some("gone"), Some("no answer in time")])
    {
        kept.0.lock().unwrap().clear();
        let spans = AttemptSpans::begin(&tracer, &target(), &sharing);
        match result {
            Some(result) => spans.end(result),
            None => drop(spans),
        }
        let spans = kept.spans();
        let parents: Vec<SpanId> = spans.iter().map(|span| span.parent_span_id).collect();
        let [older, newer] = contexts.map(|context| SpanId::from(context.span));
        assert_eq!(parents, [newer, older]);
        let status = error.map_or(Status::Unset, Status::error);
        assert!(spans.iter().all(|span| span.status == status), "{spans:?}");
    }
}

#[test]
fn of_many_deliveries_that_share_an_attempt_the_newest_have_a_span() {
    let (tracer, kept) = tracer(false);
    let context = begun(&tracer).context();
    kept.0.lock().unwrap().clear();
    let many: Vec<_> = (0..1000).map(|_| notification(Some(context))).collect();
    AttemptSpans::begin(&tracer, &target(), &many).end(&Ok(()));
    assert_eq!(kept.spans().len(), 16);
}

/// Takes spans and hands none on.
#[derive(Debug, Default)]
struct Stuck;

impl SpanProcessor for Stuck {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, _: SpanData) {}

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

fn counted(metrics: &TraceMetrics, result: &str) -> u64 {
    let mut registry = Registry::default();
    metrics.register(&mut registry);
    let mut page = String::new();
    encode(&mut page, &registry).unwrap();
    let line = page
        .lines()
        .find(|line| line.contains(&format!("\"{result}\"")));
    let value = line.and_then(|line| line.rsplit(' ').next());
    value.map_or(0, |value| value.parse().unwrap())
}

#[test]
fn spans_beyond_the_bound_are_dropped_and_counted() {
    let metrics = TraceMetrics::default();
    let waiting = WaitingSpans::default();
    let bounded = BoundedSpans {
        next: Stuck,
        waiting: waiting.clone(),
        metrics: metrics.clone(),
        reports: LossReports::default(),
    };
    let provider = SdkTracerProvider::builder()
        .with_sampler(Sampler::AlwaysOn)
        .with_span_processor(bounded)
        .build();
    let tracer = DeliveryTracer::from_provider(provider, false);
    let send = |spans: usize| (0..spans).for_each(|_| drop(begun(&tracer)));
    send(limits::WAITING_SPANS + 5);
    assert_eq!(counted(&metrics, "dropped"), 5);
    waiting.left(3);
    send(4);
    assert_eq!(counted(&metrics, "dropped"), 6);
}

/// Fails as long as it says so.
#[derive(Debug)]
struct Failing(bool);

impl SpanExporter for Failing {
    async fn export(&self, _: Vec<SpanData>) -> OTelSdkResult {
        match self.0 {
            true => Err(OTelSdkError::InternalFailure("503".to_owned())),
            false => Ok(()),
        }
    }
}

#[test]
fn what_the_collector_takes_and_refuses_is_counted() {
    for (fails, result) in [(true, "failed"), (false, "exported")] {
        let metrics = TraceMetrics::default();
        let exporter = CountedExport {
            exporter: Failing(fails),
            failure: LastFailure::default(),
            waiting: WaitingSpans::default(),
            metrics: metrics.clone(),
            reports: LossReports::default(),
        };
        let bounded = BoundedSpans {
            waiting: exporter.waiting.clone(),
            next: opentelemetry_sdk::trace::SimpleSpanProcessor::new(exporter),
            metrics: metrics.clone(),
            reports: LossReports::default(),
        };
        let provider = SdkTracerProvider::builder()
            .with_sampler(Sampler::AlwaysOn)
            .with_span_processor(bounded)
            .build();
        let tracer = DeliveryTracer::from_provider(provider, false);
        (0..3).for_each(|_| drop(begun(&tracer)));
        let counts = ["failed", "exported", "dropped"].map(|which| counted(&metrics, which));
        let expected =
            ["failed", "exported", "dropped"].map(|which| u64::from(which == result) * 3);
        assert_eq!(counts, expected);
    }
}
