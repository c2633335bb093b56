use std::sync::Arc;

use bellpull_core::Fault;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// The metrics of a sandbox.
#[derive(Clone, Debug, Default)]
pub struct SandboxMetrics {
    faults: Family<FaultLabels, Counter>,
    broken_off: Family<ProviderLabels, Counter>,
    wrong_facts: Family<ProviderLabels, Counter>,
    busy: Counter,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FaultLabels {
    provider: Arc<str>,
    fault: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ProviderLabels {
    provider: Arc<str>,
}

impl SandboxMetrics {
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "bellpull_sandbox_faults",
            "Faults of components by kind",
            self.faults.clone(),
        );
        registry.register(
            "bellpull_sandbox_broken_off",
            "How often a component was broken off after repeated faults",
            self.broken_off.clone(),
        );
        registry.register(
            "bellpull_sandbox_wrong_facts",
            "Facts of deliveries that were dropped, since they are not what their fields say",
            self.wrong_facts.clone(),
        );
        registry.register(
            "bellpull_verifications_busy",
            "Deliveries for which no permit came free in time",
            self.busy.clone(),
        );
    }

    /// Makes the counters of a provider visible before its first delivery.
    pub(crate) fn announce(&self, provider: &str) {
        for fault in Fault::ALL {
            drop(self.faults.get_or_create(&labels(provider, fault)));
        }
        self.wrong_facts(provider, 0);
    }

    pub(crate) fn fault(&self, provider: &str, fault: Fault) {
        self.faults.get_or_create(&labels(provider, fault)).inc();
    }

    pub(crate) fn broken_off(&self, provider: &str) {
        self.broken_off
            .get_or_create(&ProviderLabels {
                provider: provider.into(),
            })
            .inc();
    }

    pub(crate) fn wrong_facts(&self, provider: &str, more: usize) {
        let provider = provider.into();
        let counter = self.wrong_facts.get_or_create(&ProviderLabels { provider });
        counter.inc_by(more as u64);
    }

    pub(crate) fn busy(&self) {
        self.busy.inc();
    }
}

fn labels(provider: &str, fault: Fault) -> FaultLabels {
    FaultLabels {
        provider: provider.into(),
        fault: fault.as_str(),
    }
}
