use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// The component that a Receiver is bound to. Whoever holds it keeps that version loaded: a
/// delivery ends with the very version that its Receiver was bound by, also while another takes
/// over.
///
/// What it is inside is known to the sandbox alone. A type parameter would say the same in the
/// signature of every type between the plan and the listener.
#[derive(Clone)]
pub struct Component(Arc<dyn Any + Send + Sync>);

impl Component {
    /// Takes a sandbox's own value.
    #[must_use]
    pub fn new<T: Send + Sync + 'static>(inside: Arc<T>) -> Self {
        Self(inside)
    }

    /// The value, if it is of this type.
    #[must_use]
    pub fn inside<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        Arc::clone(&self.0).downcast().ok()
    }

    /// Whether both are the same loaded version.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Component")
    }
}
