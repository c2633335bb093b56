//! What this program's roads are built on.

use bellpull_filter::CelFilters;
use bellpull_sandbox::Loaded;

/// A Receiver that serves.
pub type Route = bellpull_core::Route<Loaded, CelFilters>;

/// Every path that is known.
pub type Routes = bellpull_core::Routes<Loaded, CelFilters>;

/// What to serve and what to say.
pub type Plan = bellpull_core::plan::Plan<Loaded, CelFilters>;

/// What makes plans.
pub type Planner = bellpull_core::plan::Planner<Loaded, CelFilters>;
