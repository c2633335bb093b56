//! The routes that the planner publishes, and the ports: traits through which the planner and the
//! road use the other crates. Each port has one real adapter and, in tests, a fake.

#![deny(missing_docs)]

mod bound;
mod component_identity;
mod filter;
mod filters;
mod host;
mod object;
mod providers;
mod route;
mod route_filters;
mod targets;
mod verify;

pub use bound::BoundReceiver;
pub use component_identity::ComponentIdentity;
pub use filter::{Effort, FilterCompileError, FilterError, FilterResult, NamedExpression};
pub use filters::Filters;
pub use host::{ComponentOf, EntryOf, Host, RouteOf, RoutesOf};
pub use object::{FoundTarget, TargetObject};
pub use providers::{ConfigureError, NoProvider, Provider, Providers};
pub use route::{Entry, Route, Routes};
pub use route_filters::{FilterField, IssuerFilter, RouteFilters};
pub use targets::Targets;
pub use verify::Verify;
