use crate::{DeliveryTracer, ReceiverMetrics};

/// What is told of deliveries. Clones share it. By default nothing is.
#[derive(Clone, Default)]
pub struct Telemetry {
    /// `None`: Receivers have no metrics of their own.
    pub receivers: Option<ReceiverMetrics>,
    /// `None`: nothing is traced.
    pub tracer: Option<DeliveryTracer>,
}
