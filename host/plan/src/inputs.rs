use std::sync::Arc;

use crate::{Kinds, Objects, SecretState};
use bellpull_core::ReceiverObject;
use bellpull_ports::{NoProvider, Provider};

/// Everything that one Receiver is planned from.
pub(super) struct Inputs<C> {
    pub(super) object: Arc<ReceiverObject>,
    pub(super) secret: Option<SecretState>,
    pub(super) component: Result<Arc<C>, NoProvider>,
    pub(super) kinds: Arc<Kinds>,
}

impl<C> Inputs<C> {
    pub(super) fn of(
        object: &Arc<ReceiverObject>,
        objects: &Objects,
        provider: Result<&Provider<C>, NoProvider>,
    ) -> Self {
        let secret = object.spec.secret_ref.as_ref().and_then(|reference| {
            let key = (object.id.namespace.clone(), reference.name.clone());
            objects.secrets.get(&key).cloned()
        });
        Self {
            object: Arc::clone(object),
            secret,
            component: provider.map(|provider| Arc::clone(&provider.component)),
            kinds: Arc::clone(&objects.kinds),
        }
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        self.asks_as(other)
            && Arc::ptr_eq(&self.object, &other.object)
            && Arc::ptr_eq(&self.kinds, &other.kinds)
    }

    /// Whether a question about these inputs has the same answer. Kinds do not count: no question
    /// depends on them.
    pub(super) fn asks_as(&self, other: &Self) -> bool {
        let secret = match (&self.secret, &other.secret) {
            (Some(one), Some(other)) => one.is(other),
            (None, None) => true,
            _ => false,
        };
        let component = match (&self.component, &other.component) {
            (Ok(one), Ok(other)) => Arc::ptr_eq(one, other),
            (Err(one), Err(other)) => one == other,
            _ => false,
        };
        let object = Arc::ptr_eq(&self.object, &other.object) || self.object == other.object;
        secret && component && object
    }
}
