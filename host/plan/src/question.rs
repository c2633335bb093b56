use std::sync::Arc;

use crate::baseline::Baseline;
use crate::configure_answer::ConfigureAnswer;
use crate::filters::CompiledFilters;
use crate::inputs::Inputs;
use crate::strength::Strength;
use crate::{Unready, check, configure};
use bellpull_core::ReceiverId;
use bellpull_ports::{Filters, Provider, Providers};

/// The slow part of planning one Receiver: its filters are compiled, its config is validated and
/// its component is asked. It can run anywhere and at any time. An answer that comes too late is
/// ignored.
pub struct Question<C, F: Filters> {
    pub(super) inputs: Arc<Inputs<C>>,
    pub(super) provider: Option<Provider<C>>,
    pub(super) filters: Option<CompiledFilters<F>>,
    pub(super) baseline: Option<Baseline<C>>,
}

/// The answer to a [`Question`].
pub struct Answer<C, F: Filters> {
    pub(super) inputs: Arc<Inputs<C>>,
    pub(super) filters: CompiledFilters<F>,
    /// `None` when the component was not asked, because the Receiver could not serve anyway.
    pub(super) configured: Option<Result<ConfigureAnswer<C>, Unready>>,
    pub(super) previous: Option<Strength>,
}

impl<C: Send + Sync + 'static, F: Filters> Question<C, F> {
    /// The Receiver that is planned.
    #[must_use]
    pub fn receiver(&self) -> &ReceiverId {
        &self.inputs.object.id
    }

    /// The digest of the component that is asked, if there is one.
    #[must_use]
    pub fn component(&self) -> Option<&str> {
        self.provider.as_ref().map(|provider| &*provider.digest)
    }

    /// Finds the answer. The filters are compiled first, without an await point.
    pub async fn ask<P: Providers<Component = C>>(
        self,
        providers: &P,
        filters: &F,
    ) -> Answer<C, F> {
        let object = &self.inputs.object;
        let compiled = match self.filters {
            Some(whole) if whole.lacks().is_none() => whole,
            earlier => CompiledFilters::new(object, filters, earlier),
        };
        let secret = check::secret(object, self.inputs.secret.as_ref());
        let configured = match (compiled.filters(), &self.provider, secret) {
            (Ok(_), Some(provider), Ok(secret)) => {
                Some(configure::ask(object, secret, provider, providers).await)
            }
            _ => None,
        };
        let previous = match (&configured, &self.provider) {
            (Some(Ok(configured)), Some(provider)) => {
                let baseline = self.baseline.as_ref();
                configure::previous_strength(configured, provider, baseline, providers).await
            }
            _ => None,
        };
        Answer {
            inputs: self.inputs,
            filters: compiled,
            configured,
            previous,
        }
    }
}
