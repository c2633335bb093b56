//! Version 0.1 of the contract: bindings, imports, and conversion to core's words.

mod convert;
mod imports;
mod reply;

use std::sync::Arc;

use bellpull_core::{Binding, Description, Problem, ReceiverView, Refusal, Verdict, limits};
use bellpull_engine::wasmtime::component::{InstancePre, Linker};
use bellpull_engine::wasmtime::{self, Store};
use bellpull_ports::ConfigureError;

use crate::state::{Phase, State};
use crate::stop::{Stop, classify, describe};

mod bindings {
    use bellpull_engine::wasmtime;

    wasmtime::component::bindgen!({
        path: "../../wit/v0.1",
        world: "provider",
        imports: {
            "bellpull:provider/jwt.verify": async | trappable,
            "bellpull:provider/fetch.get": async | trappable,
            default: trappable,
        },
        exports: { default: async },
        with: { "bellpull:provider/document.json": super::imports::Document },
    });
}

use bindings::bellpull::provider as wit;

/// The export that says which version of the contract a component was made for.
pub(crate) const GUEST: &str = "bellpull:provider/guest@0.1.0";

/// The interface that has the host ask issuers.
pub(crate) const JWT: &str = "bellpull:provider/jwt@0.1.0";

/// The interface that has the host fetch something.
pub(crate) const FETCH: &str = "bellpull:provider/fetch@0.1.0";

/// A component that is linked and ready to be instantiated.
pub(crate) struct Guest(bindings::ProviderPre<State>);

impl Guest {
    /// Checks that the component exports what the contract says.
    pub(crate) fn new(component: InstancePre<State>) -> wasmtime::Result<Self> {
        bindings::ProviderPre::new(component).map(Self)
    }

    /// What the component says it is.
    pub(crate) async fn describe(&self, store: &mut Store<State>) -> wasmtime::Result<Description> {
        let instance = self.0.instantiate_async(&mut *store).await?;
        let description = instance
            .bellpull_provider_guest()
            .call_describe(&mut *store)
            .await?;
        Ok(convert::description(description))
    }

    /// How the component binds a Receiver, in its own words: see [`configured`].
    pub(crate) async fn configure(
        &self,
        store: &mut Store<State>,
        receiver: &ReceiverView,
    ) -> wasmtime::Result<Configured> {
        let instance = self.0.instantiate_async(&mut *store).await?;
        let receiver = convert::receiver(receiver);
        instance
            .bellpull_provider_guest()
            .call_configure(&mut *store, &receiver)
            .await
    }

    /// What the component says of the delivery in the store, bound as it must be.
    pub(crate) async fn receive(
        &self,
        store: &mut Store<State>,
        receiver: &ReceiverView,
    ) -> wasmtime::Result<Result<Verdict, Refusal>> {
        let instance = self.0.instantiate_async(&mut *store).await?;
        let receiver = convert::receiver(receiver);
        let answer = instance
            .bellpull_provider_guest()
            .call_receive(&mut *store, &receiver)
            .await?;
        let State { phase, budget, .. } = store.data_mut();
        let Phase::Receive(call) = phase else {
            return Err(wasmtime::Error::new(Stop::contract(
                "receive without a delivery",
            )));
        };
        match answer {
            Ok(verdict) => convert::verdict(verdict, call, budget).map_err(wasmtime::Error::new),
            Err(refusal) => Ok(Err(convert::refusal(refusal, &call.receiver))),
        }
    }
}

/// What `configure` gives.
type Configured = Result<wit::types::Binding, Vec<wit::types::Problem>>;

/// What an answer of `configure` means.
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
        Err(error) => Err(ConfigureError::Faulted(classify(&error), describe(&error))),
    }
}

/// Offers what the contract lets components import.
pub(crate) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    imports::link(linker)
}

/// A view of the config that many stores may share.
pub(crate) fn config_of(receiver: &ReceiverView) -> Arc<str> {
    Arc::from(receiver.config.as_str())
}
