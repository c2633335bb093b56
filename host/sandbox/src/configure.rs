use std::sync::Arc;
use std::time::Instant;

use bellpull_core::{Binding, Fault, ReceiverId, ReceiverView};
use bellpull_ports::ConfigureError;

use crate::fair_queue::Flow;
use crate::guest_time::{GuestTime, metered};
use crate::loaded_component::LoadedComponent;
use crate::sandbox::{LOST, Sandbox};
use crate::store::{CallContext, Phase};
use crate::v0_1;

impl Sandbox {
    /// Calls `configure` of a component: how it authenticates a Receiver.
    pub(crate) async fn configure(
        &self,
        component: &Arc<LoadedComponent>,
        id: &ReceiverId,
        receiver: &ReceiverView,
    ) -> Result<Binding, ConfigureError> {
        let breakers = &component.configure_breakers;
        if !breakers.admits(id, Instant::now()) {
            return Err(ConfigureError::BrokenOff);
        }
        let answer = self.call_configure(component, id, receiver).await;
        if let Err(ConfigureError::Faulted(fault, reason)) = &answer {
            self.count_fault(&receiver.provider, component, *fault);
            // A fault of the host says nothing about the component.
            if *fault != Fault::Host {
                breakers.faulted(id, Instant::now());
            }
            tracing::warn!(receiver = %id, provider = receiver.provider, %fault, reason, "component failed to configure a Receiver");
        } else {
            breakers.succeeded(id);
        }
        answer
    }

    async fn call_configure(
        &self,
        component: &Arc<LoadedComponent>,
        id: &ReceiverId,
        receiver: &ReceiverView,
    ) -> Result<Binding, ConfigureError> {
        let flow = Flow::new(id, component.digest_text());
        let limit = component.limits.shorten(self.settings.verify_timeout);
        let (component, receiver) = (Arc::clone(component), receiver.clone());
        let run = async move {
            let runtime = &component.runtime;
            let guest = component
                .guest()
                .map_err(|error| ConfigureError::Faulted(Fault::Host, error.to_string()))?;
            let time = Arc::new(GuestTime::new(limit));
            let context = CallContext {
                provider: receiver.provider.as_str().into(),
                time: Arc::clone(&time),
                log_sink: Arc::clone(&component.log_sink),
            };
            let config = receiver.config.as_str().into();
            let mut store = runtime.store(context, Phase::Configure { config }, component.limits);
            let _slot = runtime.setups.acquire().await;
            let _memory = runtime.reserve_memory().await;
            let _running = runtime.engine.running();
            let answer = metered(&time, guest.configure(&mut store, &receiver)).await;
            store.data_mut().log_output();
            v0_1::configured(answer, component.description())
        };
        let ran = self.slow_guests.run(&flow, Box::pin(run)).await;
        ran.unwrap_or_else(|| Err(ConfigureError::Faulted(Fault::Host, LOST.to_owned())))
    }
}
