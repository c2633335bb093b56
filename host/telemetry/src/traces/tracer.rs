use std::time::{Duration, SystemTime};

use bellpull_core::http::HeaderMap;
use bellpull_core::{Timestamp, TraceContext, limits};
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{
    Span as _, SpanContext, SpanId, SpanKind, TraceContextExt as _, TraceFlags, TraceId,
    TraceState, Tracer as _, TracerProvider as _,
};
use opentelemetry::{Context, KeyValue, Value};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_otlp::{
    ExporterBuildError, Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, SdkTracer, SdkTracerProvider, Span,
};

use super::bounded::{BoundedSpans, WaitingSpans};
use super::delivery_trace::DeliveryTrace;
use super::export::{Collector, CountedExport};
use super::metrics::TraceMetrics;
use super::reports::LossReports;

const SERVICE: &str = "bellpull";

/// How deliveries are traced.
#[derive(Clone, Debug)]
pub struct TraceSettings {
    /// Where the traces go. What the SDK reads of `OTEL_…` variables beyond it counts as well.
    pub collector: Collector,
    /// Whether a delivery continues the trace that its header `traceparent` names.
    pub trust_traceparent: bool,
}

/// Traces deliveries. Clones share the way to the collector.
#[derive(Clone, Debug)]
pub struct DeliveryTracer {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    trust_traceparent: bool,
}

impl DeliveryTracer {
    /// # Errors
    /// When an `OTEL_…` variable cannot be used.
    pub fn new(
        settings: TraceSettings,
        metrics: &TraceMetrics,
    ) -> Result<Self, ExporterBuildError> {
        let endpoint = settings.collector.endpoint.clone();
        let failure = settings.collector.failure.clone();
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(settings.collector)
            .with_endpoint(endpoint)
            .with_protocol(Protocol::HttpBinary)
            .build()?;
        let waiting = WaitingSpans::default();
        let exporter = CountedExport {
            exporter,
            failure,
            waiting: waiting.clone(),
            metrics: metrics.clone(),
            reports: LossReports::default(),
        };
        let queue = BatchConfigBuilder::default().with_max_queue_size(limits::WAITING_SPANS);
        let batches = BatchSpanProcessor::builder(exporter).with_batch_config(queue.build());
        let bounded = BoundedSpans {
            next: batches.build(),
            waiting,
            metrics: metrics.clone(),
            reports: LossReports::default(),
        };
        let provider = SdkTracerProvider::builder().with_span_processor(bounded);
        let provider = provider.with_resource(resource()).build();
        Ok(Self::from_provider(provider, settings.trust_traceparent))
    }

    pub(super) fn from_provider(provider: SdkTracerProvider, trust_traceparent: bool) -> Self {
        Self {
            tracer: provider.tracer(SERVICE),
            provider,
            trust_traceparent,
        }
    }

    /// Begins the trace of a delivery that was `received` with these headers. `None`: the sampler leaves it
    /// out.
    #[must_use]
    pub fn begin(&self, headers: &HeaderMap, received: Timestamp) -> Option<DeliveryTrace> {
        let parent = match self.trust_traceparent {
            true => {
                let extractor = HeaderExtractor(headers);
                TraceContextPropagator::new().extract_with_context(&Context::new(), &extractor)
            }
            false => Context::new(),
        };
        let root = self.tracer.span_builder("delivery");
        let root = root
            .with_kind(SpanKind::Server)
            .with_start_time(SystemTime::from(received));
        let root = self.tracer.build_with_context(root, &parent);
        root.is_recording()
            .then(|| DeliveryTrace::new(self.tracer.clone(), root))
    }

    /// A child of a span that may have ended.
    pub(super) fn child_of(&self, parent: TraceContext, name: &'static str) -> Span {
        let parent = SpanContext::new(
            TraceId::from(parent.trace.0),
            SpanId::from(parent.span),
            TraceFlags::SAMPLED,
            false,
            TraceState::default(),
        );
        let context = Context::new().with_remote_span_context(parent);
        let child = self.tracer.span_builder(name).with_kind(SpanKind::Client);
        self.tracer.build_with_context(child, &context)
    }

    /// Sends what waits to the collector, for this time at most. Blocks. Later spans are lost.
    pub fn end(&self, within: Duration) {
        if let Err(error) = self.provider.shutdown_with_timeout(within) {
            tracing::warn!(%error, "spans lost at the end");
        }
    }
}

/// Who traces: what `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` say, and else Bellpull.
fn resource() -> Resource {
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let told = Resource::builder().build();
    let name = told.get_ref(&"service.name".into()).map(Value::as_str);
    let unnamed = name.is_none_or(|name| name.starts_with("unknown_service"));
    let ours = Resource::builder_empty()
        .with_attribute(version)
        .with_attributes(
            told.iter()
                .map(|(key, value)| KeyValue::new(key.clone(), value.clone())),
        );
    match unnamed {
        true => ours.with_service_name(SERVICE).build(),
        false => ours.build(),
    }
}
