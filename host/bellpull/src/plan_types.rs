//! The types of plans, with the verifier and the filters of this program.

use bellpull_filter::CelFilters;
use bellpull_sandbox::LoadedComponent;

pub type SandboxRoute = bellpull_ports::Route<LoadedComponent, CelFilters>;
pub type SandboxRoutes = bellpull_ports::Routes<LoadedComponent, CelFilters>;
pub type SandboxPlan = bellpull_plan::Plan<LoadedComponent, CelFilters>;
pub type SandboxPlanner = bellpull_plan::Planner<LoadedComponent, CelFilters>;
pub(crate) type PlanQuestion = bellpull_plan::Question<LoadedComponent, CelFilters>;
pub(crate) type PlanAnswer = bellpull_plan::Answer<LoadedComponent, CelFilters>;
