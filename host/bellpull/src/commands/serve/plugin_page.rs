//! What the admin API and the metrics say of plugins.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use bellpull_core::text;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;
use serde_json::Value;

use crate::providers::Inventory;

/// Most components that have a metric. A directory may hold any number.
const MAX_SERIES: usize = 256;
/// Longest label, bytes. A component chooses its version.
const MAX_LABEL: usize = 256;

/// The last inventory. Clones share it.
#[derive(Clone, Default)]
pub(super) struct InventoryPage(Arc<ArcSwap<Inventory>>);

impl InventoryPage {
    /// Adds a metric of each component.
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register_collector(Box::new(self.clone()));
    }

    pub(super) fn update(&self, inventory: Inventory) {
        self.0.store(Arc::new(inventory));
    }

    /// The state of each component as JSON.
    ///
    /// # Errors
    /// When they cannot be written as JSON.
    pub(super) fn json(&self) -> serde_json::Result<Vec<Value>> {
        let inventory = self.0.load();
        let states = inventory.states().into_iter();
        states.map(serde_json::to_value).collect()
    }
}

impl fmt::Debug for InventoryPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InventoryPage").finish_non_exhaustive()
    }
}

/// Collected at each scrape, so that a version that is gone leaves no series behind.
impl Collector for InventoryPage {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut info = encoder.encode_descriptor(
            "bellpull_plugin_info",
            "Components by version and state",
            None,
            MetricType::Gauge,
        )?;
        for state in self.0.load().components().take(MAX_SERIES) {
            let label = |text: &str| text::printable(text, MAX_LABEL);
            let labels = [
                ("source", label(&state.source)),
                ("providers", label(&state.providers.join(","))),
                (
                    "version",
                    label(state.version.as_deref().unwrap_or_default()),
                ),
                ("state", state.state),
            ];
            info.encode_family(&labels)?.encode_gauge(&1_i64)?;
        }
        Ok(())
    }
}
