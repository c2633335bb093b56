mod coalescing;
mod fairness;
mod fake;
mod intervals;
mod lifetime;
pub(crate) mod model;
mod property;
mod retry;
