//! A build without the feature `traces`. Nothing makes a tracer, and so a trace.

use std::sync::Arc;

use bellpull_core::http::HeaderMap;
use bellpull_core::{Notification, PatchError, Target, Timestamp, TraceContext};

use crate::traced_end::TracedEnd;

/// There is none.
#[derive(Clone, Debug)]
pub enum DeliveryTracer {}

/// There is none.
#[derive(Debug)]
pub enum DeliveryTrace {}

/// There are none.
#[derive(Debug)]
pub(crate) enum AttemptSpans {}

impl DeliveryTracer {
    #[must_use]
    pub fn begin(&self, _: &HeaderMap, _: Timestamp) -> Option<DeliveryTrace> {
        match *self {}
    }
}

impl DeliveryTrace {
    #[must_use]
    pub fn context(&self) -> TraceContext {
        match *self {}
    }

    pub fn begins(&mut self, _: &'static str) {
        match *self {}
    }

    pub fn end(self, _: &TracedEnd<'_>) {
        match self {}
    }
}

impl AttemptSpans {
    pub(crate) fn begin(tracer: &DeliveryTracer, _: &Target, _: &[Arc<Notification>]) -> Self {
        match *tracer {}
    }

    pub(crate) fn end(self, _: &Result<(), PatchError>) {
        match self {}
    }
}
