use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OrderLabel {
    result: &'static str,
}

/// The metrics of orders. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct AcmeMetrics {
    orders: Family<OrderLabel, Counter>,
}

impl AcmeMetrics {
    /// Adds the metrics to `registry`. Each name has the prefix `bellpull_`.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "bellpull_acme_orders",
            "Orders of certificates by result: issued or failed",
            self.orders.clone(),
        );
    }

    pub(crate) fn issued(&self) {
        self.count("issued");
    }

    pub(crate) fn failed(&self) {
        self.count("failed");
    }

    fn count(&self, result: &'static str) {
        self.orders.get_or_create(&OrderLabel { result }).inc();
    }
}
