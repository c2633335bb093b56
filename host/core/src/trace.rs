use std::fmt;

/// A span of a trace that is recorded, by the ids of W3C Trace Context
/// (<https://www.w3.org/TR/trace-context/#traceparent-header>). Neither id is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TraceContext {
    /// The trace.
    pub trace: TraceId,
    /// The span that others are children of.
    pub span: u64,
}

/// The id of a trace. It is shown as 32 digits of lower-case hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TraceId(pub u128);

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}
