use std::sync::Arc;

use bellpull_core::http::{HeaderMap, Method};
use bellpull_core::{
    Acceptance, Claims, Delivery, DeliveryClient, DeliveryId, EventSet, ReceiverId, Target,
    Timestamp, UnreadableBody,
};
use bellpull_ports::{
    BoundReceiver, Effort, Entry, FilterCompileError, FilterResult, Filters, NamedExpression,
    TargetObject,
};

use crate::{RecordedBodies, Recorder};

/// No record asks for a filter.
pub(super) struct NoFilters;

impl Filters for NoFilters {
    type Filter = ();
    type Validations = ();
    type Facts = ();

    fn compile_validations(
        &self,
        _: &str,
        _: &[NamedExpression<'_>],
        _: &[NamedExpression<'_>],
    ) -> Result<(), FilterCompileError> {
        Ok(())
    }

    fn has_room(&self, _: &str, _: usize) -> bool {
        true
    }

    fn memory(&self, (): &()) -> usize {
        0
    }

    fn memory_of_validations(&self, (): &()) -> usize {
        0
    }

    fn validate(&self, (): &(), _: &Claims) -> Result<(), String> {
        Ok(())
    }

    fn compile(&self, _: &str, _: &str, _: bool) -> Result<(), FilterCompileError> {
        Ok(())
    }

    fn facts(&self, _: &BoundReceiver, _: &Delivery, _: &Arc<Acceptance>) {}

    fn weight(&self, (): &(), (): &()) -> usize {
        0
    }

    fn readable(&self, (): &(), (): &()) -> Result<(), (UnreadableBody, String)> {
        Ok(())
    }

    fn reads_object(&self, (): &()) -> bool {
        false
    }

    fn passes(
        &self,
        (): &(),
        (): &(),
        events: EventSet,
        _: &TargetObject,
        _: Effort,
    ) -> FilterResult {
        FilterResult::for_all(events, Ok(true))
    }
}

/// A Receiver that is not served: nothing of a binding is needed to keep records.
pub(super) fn entry(receiver: &str) -> Entry<(), NoFilters> {
    Entry::Unavailable {
        receiver: ReceiverId::new("default", receiver),
        provider: None,
        reason: "Suspended",
    }
}

pub(super) fn recorder(entry: &Entry<(), NoFilters>, id: DeliveryId) -> Recorder {
    recorder_at(entry, id, Timestamp::UNIX_EPOCH)
}

pub(super) fn recorder_at(
    entry: &Entry<(), NoFilters>,
    id: DeliveryId,
    received: Timestamp,
) -> Recorder {
    Recorder::begin(
        RecordedBodies::None,
        entry,
        id,
        received,
        &Method::POST,
        &HeaderMap::new(),
        &DeliveryClient::default(),
    )
}

pub(super) fn target(name: &str) -> Target {
    Target {
        api_version: "source.toolkit.fluxcd.io/v1".into(),
        kind: "GitRepository".into(),
        namespace: "default".into(),
        name: name.into(),
    }
}
