use std::sync::Arc;

use crate::strength::Strength;
use bellpull_core::{Binding, Problem, ReceiverObject, ReceiverView};
use bellpull_ports::ComponentIdentity;

/// The answer of a component that was asked to configure a Receiver, with the view that it was
/// shown. The component is asked again only when one of them changes.
pub(super) struct ConfigureAnswer<C> {
    pub(super) component: Arc<C>,
    pub(super) identity: Arc<ComponentIdentity>,
    /// The Receiver whose config was checked against the component's schema.
    pub(super) object: Arc<ReceiverObject>,
    pub(super) view: Arc<ReceiverView>,
    pub(super) answer: Result<Arc<Binding>, Vec<Problem>>,
}

impl<C> Clone for ConfigureAnswer<C> {
    fn clone(&self) -> Self {
        Self {
            component: Arc::clone(&self.component),
            identity: Arc::clone(&self.identity),
            object: Arc::clone(&self.object),
            view: Arc::clone(&self.view),
            answer: self.answer.clone(),
        }
    }
}

impl<C> ConfigureAnswer<C> {
    /// The strength of the binding; `None` where the component refused the Receiver.
    pub(super) fn strength(&self) -> Option<Strength> {
        let binding = self.answer.as_ref().ok()?;
        Some(Strength::of(binding))
    }

    pub(super) fn is_by(&self, component: &Arc<C>) -> bool {
        Arc::ptr_eq(&self.component, component)
    }

    /// The config document for the component, if the config of `object` has been checked already.
    pub(super) fn checked_config(&self, object: &Arc<ReceiverObject>) -> Option<String> {
        let same =
            Arc::ptr_eq(&self.object, object) || self.object.spec.config == object.spec.config;
        same.then(|| self.view.config.clone())
    }
}
