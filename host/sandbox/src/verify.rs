use std::sync::Arc;
use std::time::Instant;

use bellpull_core::{Delivery, Fault, Refusal, Usage, Verdict, VerifyError, limits};
use bellpull_engine::wasmtime::{self, Store};
use bellpull_ports::{BoundReceiver, Verify};
use tokio::time::timeout;

use crate::fair_queue::Flow;
use crate::fault::{explain, fault_of};
use crate::guest_time::{GuestTime, metered};
use crate::loaded_component::LoadedComponent;
use crate::permits::Permit;
use crate::proof_rule::check_client;
use crate::receive_call::{EgressAccess, ReceiveCall};
use crate::sandbox::{LOST, Sandbox};
use crate::store::{CallContext, Phase, StoreData};
use crate::v0_1::Guest;

/// The answer of `receive`, or the error that ended the call.
type ReceiveResult = wasmtime::Result<Result<Verdict, Refusal>>;

impl Verify for Sandbox {
    type Component = LoadedComponent;

    async fn verify(
        &self,
        component: &Arc<LoadedComponent>,
        receiver: &Arc<BoundReceiver>,
        delivery: &Arc<Delivery>,
    ) -> (Result<Verdict, VerifyError>, Usage) {
        // A stranger costs no permit, and no call of the component.
        if let Err(refusal) = check_client(&receiver.binding, &delivery.client) {
            let refusal = Refusal::Unauthenticated(refusal.to_string());
            return (Err(VerifyError::Refused(refusal)), Usage::default());
        }
        if !component.breakers.admits(receiver.id(), Instant::now()) {
            return (Err(VerifyError::BrokenOff), Usage::default());
        }
        let limit = self.settings.verify_timeout;
        let flow = Flow::new(receiver.id(), component.digest_text());
        let permits = &component.runtime.verifications;
        let Some(permit) = permits.acquire(flow.clone(), limit).await else {
            return self.busy();
        };
        let run = self.receive(component, receiver, delivery, permit);
        let patience = limits::EGRESS_WAIT + limit;
        let ran = timeout(patience, self.slow_guests.run(&flow, Box::pin(run))).await;
        // The guest has waited for its turns and for the network, which is no fault of its own.
        let Ok(ended) = ran else {
            return self.busy();
        };
        let (answer, usage) = ended.unwrap_or_else(|| {
            let lost = wasmtime::Error::msg(LOST);
            (Err(lost), Usage::default())
        });
        (self.conclude(receiver, component, answer), usage)
    }
}

impl Sandbox {
    fn busy(&self) -> (Result<Verdict, VerifyError>, Usage) {
        self.metrics.busy();
        (Err(VerifyError::Busy), Usage::default())
    }

    /// The call of `receive`. The permit, the memory and the ticks last until the guest has ended, also
    /// when nobody waits for its answer any more.
    fn receive(
        &self,
        component: &Arc<LoadedComponent>,
        receiver: &Arc<BoundReceiver>,
        delivery: &Arc<Delivery>,
        mut permit: Permit,
    ) -> impl Future<Output = (ReceiveResult, Usage)> + Send + 'static {
        let call = ReceiveCall::new(
            Arc::clone(receiver),
            Arc::clone(delivery),
            Arc::clone(component.description()),
            EgressAccess {
                port: Arc::clone(&self.egress),
                component: Arc::clone(component.digest_text()),
                hosts: Arc::clone(component.fetch_hosts()),
                waits: Arc::default(),
            },
        );
        let limit = component.limits.shorten(self.settings.verify_timeout);
        let time = Arc::new(GuestTime::new(limit));
        let context = CallContext {
            provider: receiver.view.provider.as_str().into(),
            time: Arc::clone(&time),
            log_sink: Arc::clone(&component.log_sink),
        };
        let store = component
            .runtime
            .store(context, Phase::Receive(call), component.limits);
        let running = component.runtime.engine.running();
        let (receiver, component) = (Arc::clone(receiver), Arc::clone(component));
        async move {
            let _held = (running, component.runtime.reserve_memory().await);
            let ended = match component.guest() {
                Ok(guest) => run(store, guest, &receiver, &time).await,
                Err(error) => (Err(wasmtime::Error::new(error)), Usage::default()),
            };
            permit.charge(time.used());
            ended
        }
    }

    /// Counts how the call ended, and tells the breaker.
    fn conclude(
        &self,
        receiver: &BoundReceiver,
        component: &LoadedComponent,
        answer: ReceiveResult,
    ) -> Result<Verdict, VerifyError> {
        let provider = receiver.view.provider.as_str();
        let error = match answer {
            Ok(answer) => {
                component.breakers.succeeded(receiver.id());
                if let Ok(verdict) = &answer {
                    let wrong = verdict.wrong_facts().count();
                    self.metrics.wrong_facts(provider, wrong);
                }
                return answer.map_err(VerifyError::Refused);
            }
            Err(error) => error,
        };
        let fault = fault_of(&error);
        self.count_fault(provider, component, fault);
        let receiver = receiver.id();
        if fault != Fault::Host
            && let Some(rest) = component.breakers.faulted(receiver, Instant::now())
        {
            self.metrics.broken_off(provider);
            tracing::warn!(
                provider,
                %receiver,
                rest_seconds = rest.as_secs(),
                "component broken off for this Receiver after repeated faults"
            );
        }
        Err(VerifyError::Faulted(fault, explain(&error)))
    }
}

/// Runs the guest of a store. What it has printed goes to the log, and so do its facts that are dropped.
async fn run(
    mut store: Store<StoreData>,
    guest: &Guest,
    receiver: &BoundReceiver,
    time: &GuestTime,
) -> (ReceiveResult, Usage) {
    let answer = metered(time, guest.receive(&mut store, &receiver.view)).await;
    store.data_mut().log_output();
    if let Ok(Ok(verdict)) = &answer {
        for fact in verdict.wrong_facts() {
            let line = format!("dropped of what the component says of a delivery: {fact}");
            store.data_mut().log(tracing::Level::WARN, &line);
        }
    }
    let usage = Usage {
        time: time.used(),
        peak_memory: store.data().memory,
    };
    (answer, usage)
}
