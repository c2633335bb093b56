use std::sync::Arc;

use arc_swap::ArcSwap;
use bellpull_core::{Bytes, Claims, Egress, Timestamp, TokenError, TokenExpectation};
use bellpull_egress::{EgressMetrics, Fetcher, Issuers, Recording};
use futures_util::future::BoxFuture;

use super::clients::EgressClients;

/// Answers from the recording of one case at a time, and never reaches the network.
pub struct RecordedEgress(ArcSwap<EgressClients>);

impl RecordedEgress {
    /// Answers nothing until a recording is replayed.
    #[must_use]
    pub fn new() -> Self {
        Self(ArcSwap::from_pointee(recorded(&Recording::default())))
    }

    /// Answers from this recording from now on, and forgets everything of the one before.
    pub fn replay(&self, recording: &Recording) {
        self.0.store(Arc::new(recorded(recording)));
    }
}

impl Default for RecordedEgress {
    fn default() -> Self {
        Self::new()
    }
}

fn recorded(recording: &Recording) -> EgressClients {
    let metrics = EgressMetrics::default();
    EgressClients {
        issuers: Issuers::recorded(recording, metrics.clone()),
        fetcher: Fetcher::recorded(recording, metrics),
    }
}

impl Egress for RecordedEgress {
    fn verify_token<'a>(
        &'a self,
        token: &'a str,
        expected: &'a TokenExpectation,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Claims, TokenError>> {
        let clients = self.0.load_full();
        Box::pin(async move { clients.verify(token, expected, now).await })
    }

    fn expect_issuer(&self, _issuer: &str) {}

    fn fetch<'a>(
        &'a self,
        component: &'a str,
        url: &'a str,
        hosts: &'a [String],
    ) -> BoxFuture<'a, Result<Bytes, String>> {
        let clients = self.0.load_full();
        Box::pin(async move { clients.fetch(component, url, hosts).await })
    }
}
