//! The one place where the calls of a guest to its imports are charged.

use bellpull_engine::wasmtime::{self, component::HasData};

use crate::store::StoreData;
use crate::violation::Violation;

/// One call of an import by a guest. The linker makes one where the guest enters the host, so an import
/// can neither forget the charge nor repeat it.
pub(crate) struct HostCall<'a> {
    store: &'a mut StoreData,
    charged: Result<(), Violation>,
}

impl HostCall<'_> {
    /// Charges the call.
    pub(crate) fn enter(store: &mut StoreData) -> HostCall<'_> {
        let charged = store.budget.host_call();
        HostCall { store, charged }
    }

    /// The data that the import works on.
    ///
    /// # Errors
    /// When the call was one too many.
    pub(crate) fn store(&mut self) -> wasmtime::Result<&mut StoreData> {
        self.charged.clone()?;
        Ok(self.store)
    }
}

/// Implements the imports of a linker by [`HostCall`].
pub(crate) struct HostCalls;

impl HasData for HostCalls {
    type Data<'a> = HostCall<'a>;
}
