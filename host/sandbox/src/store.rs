use std::sync::Arc;

use bellpull_engine::ClassLimits;
use bellpull_engine::wasmtime::{self, component::ResourceTable};

use crate::call_budget::CallBudget;
use crate::guest_time::GuestTime;
use crate::log_sink::LogSink;
use crate::receive_call::ReceiveCall;
use crate::violation::Violation;
use crate::wasi_state::WasiState;

/// The export that is called. It decides which imports the guest may use.
pub(crate) enum Phase {
    /// `describe`: `log` alone.
    Describe,
    /// `configure`: `log` and the config.
    Configure {
        /// `spec.config` as JSON.
        config: Arc<str>,
    },
    /// `receive`: every import that is granted.
    Receive(ReceiveCall),
}

/// Which component is called, and what the call is charged to.
pub(crate) struct CallContext {
    pub(crate) provider: Arc<str>,
    pub(crate) time: Arc<GuestTime>,
    pub(crate) log_sink: Arc<LogSink>,
}

/// The data of one wasmtime store: of one call of one guest.
pub(crate) struct StoreData {
    pub(crate) phase: Phase,
    pub(crate) provider: Arc<str>,
    pub(crate) budget: CallBudget,
    pub(crate) time: Arc<GuestTime>,
    pub(crate) log_sink: Arc<LogSink>,
    pub(crate) table: ResourceTable,
    /// The number of documents that the guest holds.
    pub(crate) documents: usize,
    /// Bytes of all memories together. Memories never shrink.
    pub(crate) memory: usize,
    pub(crate) wasi: WasiState,
    pub(crate) limits: ClassLimits,
}

impl StoreData {
    pub(crate) fn new(context: CallContext, phase: Phase, limits: ClassLimits) -> Self {
        let body_length = match &phase {
            Phase::Receive(call) => call.delivery.body.len(),
            Phase::Describe | Phase::Configure { .. } => 0,
        };
        Self {
            phase,
            provider: context.provider,
            budget: CallBudget::for_body(body_length),
            time: context.time,
            log_sink: context.log_sink,
            table: ResourceTable::new(),
            documents: 0,
            memory: 0,
            wasi: WasiState::default(),
            limits,
        }
    }

    /// The call of `receive`, for the imports that are of no use without a delivery.
    pub(crate) fn receive_call(&mut self) -> wasmtime::Result<&mut ReceiveCall> {
        match &mut self.phase {
            Phase::Receive(call) => Ok(call),
            Phase::Describe | Phase::Configure { .. } => Err(Violation::contract(
                "this import may be used by `receive` alone",
            ))?,
        }
    }
}
