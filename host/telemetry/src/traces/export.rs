use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bellpull_core::{limits, text};
use bellpull_egress::{CollectorHttp, EgressSettings, SettingsError};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use tokio::runtime::Handle;

use super::bounded::WaitingSpans;
use super::metrics::TraceMetrics;
use super::reports::LossReports;

/// The collector of traces: where it is, and how it is asked.
#[derive(Clone)]
pub struct Collector {
    pub(super) endpoint: String,
    pub(super) failure: LastFailure,
    http: CollectorHttp,
    runtime: Handle,
}

/// Why the collector was not reached last. The exporter hides it.
#[derive(Clone, Debug, Default)]
pub(super) struct LastFailure(Arc<Mutex<Option<String>>>);

impl LastFailure {
    fn set(&self, failure: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }

    fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Collector {
    /// `endpoint` is the URL that takes traces (OTLP/HTTP, usually `/v1/traces`). Requests run on this
    /// runtime.
    ///
    /// # Errors
    /// When the URL or the network settings cannot be used.
    pub fn new(
        endpoint: String,
        network: &EgressSettings,
        runtime: Handle,
    ) -> Result<Self, SettingsError> {
        Ok(Self {
            http: CollectorHttp::new(network, &endpoint)?,
            endpoint,
            failure: LastFailure::default(),
            runtime,
        })
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may hold a key.
        f.debug_struct("Collector").finish_non_exhaustive()
    }
}

/// The SDK asks from a thread of its own, and the HTTP client needs the runtime.
#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let http = self.http.clone();
        let sent = self.runtime.spawn(async move { http.send(request).await });
        let sent = sent.await?;
        self.failure
            .set(sent.as_ref().err().map(ToString::to_string));
        Ok(sent?)
    }
}

/// Counts what an exporter does.
#[derive(Debug)]
pub(super) struct CountedExport<E> {
    pub(super) exporter: E,
    pub(super) failure: LastFailure,
    pub(super) waiting: WaitingSpans,
    pub(super) metrics: TraceMetrics,
    pub(super) reports: LossReports,
}

impl<E: SpanExporter> SpanExporter for CountedExport<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        self.waiting.left(spans);
        let result = self.exporter.export(batch).await;
        match &result {
            Ok(()) => self.metrics.exported(spans),
            Err(error) => {
                self.metrics.failed(spans);
                if let Some(spans) = self.reports.lost(spans, Instant::now()) {
                    let reason = self.failure.take().unwrap_or_else(|| error.to_string());
                    let reason = text::printable(&reason, limits::GUEST_TEXT);
                    tracing::warn!(
                        spans,
                        reason,
                        "spans lost: the collector does not take them"
                    );
                }
            }
        }
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
