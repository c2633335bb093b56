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
struct ResultLabel {
    result: &'static str,
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An issuer's discovery document or keys.
    Keys,
    /// What a component asked for.
    Document,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::Document => "document",
        }
    }
}

/// What goes out, and what tokens came to. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    fetches: Family<FetchLabels, Counter>,
    cached: Family<KindLabel, Counter>,
    verifications: Family<ResultLabel, Counter>,
}

impl Metrics {
    /// Adds them to what is exposed.
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
    pub(crate) fn fetched(&self, kind: Kind, result: &'static str) {
        let kind = kind.name();
        self.fetches
            .get_or_create(&FetchLabels { kind, result })
            .inc();
    }

    pub(crate) fn cached(&self, kind: Kind) {
        let kind = kind.name();
        self.cached.get_or_create(&KindLabel { kind }).inc();
    }

    /// `result` is `verified`, `unauthenticated` or `unavailable`.
    pub(crate) fn judged(&self, result: &'static str) {
        self.verifications
            .get_or_create(&ResultLabel { result })
            .inc();
    }
}
