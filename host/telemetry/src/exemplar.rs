use bellpull_core::TraceId;
use prometheus_client::encoding::EncodeLabelSet;

/// The label of an exemplar: the trace of a delivery that was observed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct TraceLabel {
    trace_id: String,
}

impl From<TraceId> for TraceLabel {
    fn from(trace: TraceId) -> Self {
        Self {
            trace_id: trace.to_string(),
        }
    }
}
