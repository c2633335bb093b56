//! ReceiverPlugins: each is fetched, verified, compiled, tried, and handed to the catalog.
//!
//! One [`task`] follows one object. It knows what the object's rules are now, what serves, and what was served
//! before (the [`store`]). The [`keeper`] starts and ends the tasks. What a task has decided is a
//! [`PluginNews`], which the follower of plugins puts into the catalog.

mod attempt;
mod context;
mod fetch;
mod inputs;
mod keeper;
mod news;
mod policy;
mod pull_turns;
mod restored;
mod rules;
mod self_test;
mod serving;
mod store;
mod task;
mod trial;
mod wanted;

pub(crate) use context::KeeperParts;
pub(crate) use fetch::ArtefactFetcher;
pub(crate) use keeper::PluginKeeper;
pub(crate) use news::{DeclaredComponent, KeptPlugin, PluginNews};
pub(crate) use policy::OperatorPolicy;
pub(crate) use pull_turns::PULLS_AT_ONCE;
pub(crate) use restored::{place_of, restored};
pub(crate) use serving::{ComponentUsers, state_of};
pub(crate) use store::ArtefactStore;
