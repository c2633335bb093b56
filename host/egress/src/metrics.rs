use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FetchLabels {
    kind: &'static str,
    result: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KindLabel {
    kind: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TokenResultLabel {
    result: &'static str,
}

/// The purpose of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FetchKind {
    /// An issuer's discovery document or keys.
    Keys,
    /// A document for a component.
    Document,
}

impl FetchKind {
    fn name(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::Document => "document",
        }
    }
}

/// The metrics of outbound requests and of verified tokens. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct EgressMetrics {
    fetches: Family<FetchLabels, Counter>,
    cached: Family<KindLabel, Counter>,
    verifications: Family<TokenResultLabel, Counter>,
}

impl EgressMetrics {
    /// Adds the metrics to `registry`. Each name has the prefix `bellpull_`.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "bellpull_egress_fetches",
            "Requests to issuers and for components",
            self.fetches.clone(),
        );
        registry.register(
            "bellpull_egress_cached",
            "Answers that needed no request of their own",
            self.cached.clone(),
        );
        registry.register(
            "bellpull_token_verifications",
            "Tokens that were verified, or were not",
            self.verifications.clone(),
        );
    }

    /// `result` is `ok`, `failed` or `refused`.
    pub(crate) fn fetched(&self, kind: FetchKind, result: &'static str) {
        let kind = kind.name();
        self.fetches
            .get_or_create(&FetchLabels { kind, result })
            .inc();
    }

    pub(crate) fn cached(&self, kind: FetchKind) {
        let kind = kind.name();
        self.cached.get_or_create(&KindLabel { kind }).inc();
    }

    /// `result` is `verified`, `unauthenticated` or `unavailable`.
    pub(crate) fn token_verified(&self, result: &'static str) {
        self.verifications
            .get_or_create(&TokenResultLabel { result })
            .inc();
    }
}
