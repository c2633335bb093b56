mod coalescing;
mod fairness;
mod fake;
mod lifetime;
mod property;
mod retry;
