//! Providers: components are compiled, loaded, and given the names that they serve.

mod assign;
mod bundled;
mod capabilities;
mod compile;
mod component;
mod declare;
mod inventory;
mod last_good;
mod loader;
mod plugins;
mod policy;
mod served_names;
mod slot;

pub(crate) use bundled::find_bundled;
pub(crate) use capabilities::capabilities;
pub(crate) use compile::CompileCost;
pub(crate) use component::MAX_WASM;
pub use inventory::{Inventory, PluginState};
pub use last_good::LastGoodPlugins;
pub use loader::{CompiledComponent, Loader, NamedComponent};
pub(crate) use plugins::EXTENSION;
pub use plugins::{Placement, Plugins};
pub use slot::PluginSource;
