use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Unit;

use super::known::KnownReceivers;
use super::series::ReceiverSeries;

/// Both labels of the Receivers that share their series. No name of Kubernetes has this character.
const SHARED: &str = "*";

/// Collected at each scrape, so that a Receiver that is gone leaves no series behind.
pub(super) struct ReceiverPage(pub(super) Arc<ArcSwap<KnownReceivers>>);

impl fmt::Debug for ReceiverPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceiverPage").finish_non_exhaustive()
    }
}

impl Collector for ReceiverPage {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let known = self.0.load();
        let rows = known.rows();
        let mut deliveries = encoder.encode_descriptor(
            "bellpull_receiver_deliveries",
            "Deliveries to a Receiver by how they ended",
            None,
            MetricType::Counter,
        )?;
        for (labels, series) in &rows {
            for (outcome, count) in series.deliveries() {
                let [namespace, receiver] = *labels;
                let labels = [namespace, receiver, ("outcome", outcome.as_str())];
                let mut one = deliveries.encode_family(&labels)?;
                one.encode_counter::<NoLabelSet, _, u64>(&count, None)?;
            }
        }
        let mut latencies = encoder.encode_descriptor(
            "bellpull_receiver_notification_latency",
            "From the receipt of a delivery to the notification of a target of its Receiver",
            Some(&Unit::Seconds),
            MetricType::Histogram,
        )?;
        for (labels, series) in &rows {
            series.latency.encode(latencies.encode_family(labels)?)?;
        }
        let mut successes = encoder.encode_descriptor(
            "bellpull_receiver_last_success_timestamp",
            "When a delivery to a Receiver succeeded last, since 1970",
            Some(&Unit::Seconds),
            MetricType::Gauge,
        )?;
        for (labels, series) in &rows {
            if let Some(last) = series.last_success() {
                successes.encode_family(labels)?.encode_gauge(&last)?;
            }
        }
        Ok(())
    }
}

/// The labels of a Receiver.
type Labels<'a> = [(&'static str, &'a str); 2];

impl KnownReceivers {
    /// Every Receiver by name, then those that share theirs.
    fn rows(&self) -> Vec<(Labels<'_>, &ReceiverSeries)> {
        let own = self.own.iter().map(|(receiver, series)| {
            let labels = labels(&receiver.namespace, &receiver.name);
            (labels, series.as_ref())
        });
        let mut rows: Vec<_> = own.collect();
        rows.sort_unstable_by_key(|(labels, _)| *labels);
        let shared = self.shared.iter();
        rows.extend(shared.map(|series| (labels(SHARED, SHARED), series.as_ref())));
        rows
    }
}

fn labels<'a>(namespace: &'a str, receiver: &'a str) -> Labels<'a> {
    [("namespace", namespace), ("receiver", receiver)]
}
