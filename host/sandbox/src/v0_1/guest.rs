use bellpull_core::{Binding, Description, Problem, ReceiverView, Refusal, Verdict, limits};
use bellpull_engine::wasmtime::component::InstancePre;
use bellpull_engine::wasmtime::{self, Store};
use bellpull_ports::ConfigureError;

use super::bindings::ProviderPre;
use super::bindings::bellpull::provider::types as wit;
use super::{convert, verdict};
use crate::fault::{explain, fault_of};
use crate::store::{Phase, StoreData};
use crate::violation::Violation;

/// A component that is linked and ready to be instantiated.
pub(crate) struct Guest(ProviderPre<StoreData>);

impl Guest {
    /// Checks that the component has the exports of the contract.
    pub(crate) fn new(component: InstancePre<StoreData>) -> wasmtime::Result<Self> {
        ProviderPre::new(component).map(Self)
    }

    pub(crate) async fn describe(
        &self,
        store: &mut Store<StoreData>,
    ) -> wasmtime::Result<Description> {
        let instance = self.0.instantiate_async(&mut *store).await?;
        let description = instance
            .bellpull_provider_guest()
            .call_describe(&mut *store)
            .await?;
        Ok(convert::description(description))
    }

    /// The answer of `configure` in the types of the contract: see [`configured`].
    pub(crate) async fn configure(
        &self,
        store: &mut Store<StoreData>,
        receiver: &ReceiverView,
    ) -> wasmtime::Result<Configured> {
        let instance = self.0.instantiate_async(&mut *store).await?;
        let receiver = convert::receiver(receiver);
        instance
            .bellpull_provider_guest()
            .call_configure(&mut *store, &receiver)
            .await
    }

    /// The answer of `receive` for the delivery of the store. A verdict that its checks do not allow is
    /// an error.
    pub(crate) async fn receive(
        &self,
        store: &mut Store<StoreData>,
        receiver: &ReceiverView,
    ) -> wasmtime::Result<Result<Verdict, Refusal>> {
        let instance = self.0.instantiate_async(&mut *store).await?;
        let receiver = convert::receiver(receiver);
        let answer = instance
            .bellpull_provider_guest()
            .call_receive(&mut *store, &receiver)
            .await?;
        let StoreData { phase, budget, .. } = store.data_mut();
        let Phase::Receive(call) = phase else {
            return Err(Violation::contract("receive without a delivery"))?;
        };
        match answer {
            Ok(answer) => Ok(verdict::verdict(answer, call, budget)?),
            Err(refusal) => Ok(Err(verdict::refusal(refusal, &call.receiver))),
        }
    }
}

type Configured = Result<wit::Binding, Vec<wit::Problem>>;

/// The binding that an answer of `configure` asks for.
pub(crate) fn configured(
    answer: wasmtime::Result<Configured>,
    description: &Description,
) -> Result<Binding, ConfigureError> {
    match answer {
        Ok(Ok(binding)) if binding.issuers.len() > limits::ISSUERS => {
            Err(ConfigureError::Problems(vec![Problem {
                at: "/oidcProviders".to_owned(),
                message: format!(
                    "{} issuers, at most {} are asked for a Receiver: make another Receiver for \
                     the others",
                    binding.issuers.len(),
                    limits::ISSUERS
                ),
            }]))
        }
        Ok(Ok(binding)) => convert::binding(binding, description),
        Ok(Err(problems)) => Err(ConfigureError::Problems(convert::problems(problems))),
        Err(error) => Err(ConfigureError::Faulted(fault_of(&error), explain(&error))),
    }
}
